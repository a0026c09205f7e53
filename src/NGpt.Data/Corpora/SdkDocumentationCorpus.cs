using System.Text;
using System.Xml;
using NGpt.Core.Errors;
using NGpt.Data.Corpora.Documentation;

namespace NGpt.Data.Corpora;

/// <summary>
/// The English documentation that every .NET SDK ships (<c>packs/*/*/ref/*/*.xml</c>) as plain text: about 10 MB that is on
/// the machine of everybody who builds .NET programs, so that training can start without a download. Types that are mostly
/// tables of processor instructions are left out. A document is one type; a block of lines is one member; a piece of text
/// that occurred before anywhere in the corpus is left out.
/// </summary>
public sealed class SdkDocumentationCorpus : ICorpus
{
    // Part of the fingerprint, so that a dataset prepared by one version is not mistaken for one of another.
    private const string ReaderVersion = "sdk documentation 2";

    // A tenth of the text, and nearly all lines such as "A32: VMLA.S32 Qd, Dn, Dm".
    private static readonly string[] InstructionTables = ["System.Runtime.Intrinsics.Arm.", "System.Runtime.Intrinsics.Wasm.", "System.Runtime.Intrinsics.X86."];

    private readonly string? _givenRoot;

    /// <summary>Names the source; nothing is read yet.</summary>
    /// <param name="root">
    /// The folder of the SDK, or null for the first with documentation of: <c>DOTNET_ROOT</c>, the folder of the running
    /// runtime, the folder of <c>dotnet</c> on <c>PATH</c>.
    /// </param>
    public SdkDocumentationCorpus(string? root = null) => _givenRoot = root;

    /// <inheritdoc/>
    public string Description => "documentation of the .NET SDK" + (Find() is { Files.Count: > 0 } found ? $" in {found.Root}" : string.Empty);

    /// <inheritdoc/>
    public long? SourceBytes => null;

    /// <inheritdoc/>
    /// <exception cref="NGptException">No documentation was found, or none of it can be read.</exception>
    public IEnumerable<CorpusEntry> Read(CorpusPosition from, CancellationToken cancellationToken)
    {
        // The files are small and have to be brought together before the first document: beginning late saves nothing.
        return ReadAll(cancellationToken)
            .Select((entry, index) => entry with { Next = new CorpusPosition(0, index + 1) })
            .Skip((int)Math.Min(from.Entry, int.MaxValue));
    }

    private IEnumerable<CorpusEntry> ReadAll(CancellationToken cancellationToken)
    {
        List<(string Name, string Path)> files = DocumentationPacks.WithoutCopies(Require().Files);
        var members = new List<DocumentedMember>[files.Count];
        var problems = new string?[files.Count];
        Parallel.For(0, files.Count, new ParallelOptions { CancellationToken = cancellationToken }, index =>
        {
            try
            {
                members[index] = DocumentationFile.Read(files[index].Path, cancellationToken);
            }
            catch (Exception error) when (error is XmlException or IOException or UnauthorizedAccessException)
            {
                members[index] = [];
                problems[index] = error.Message;
            }
        });
        IEnumerable<CorpusEntry> rejected = files.Zip(problems)
            .Where(pair => pair.Second is not null)
            .Select(pair => Entry(document: null, new RejectedDocument(pair.First.Name, pair.Second!)));
        return rejected.Concat(Merge(members, cancellationToken).Select(document => Entry(document, rejected: null)));

        static CorpusEntry Entry(Document? document, RejectedDocument? rejected) =>
            new() { Document = document, Rejected = rejected, Next = default, SourceBytesRead = 0 };
    }

    /// <inheritdoc/>
    /// <exception cref="NGptException">No documentation was found.</exception>
    public string SourceFingerprint()
    {
        (string root, List<(string Name, string Path)> files) = Require();
        using var hash = new SourceHash();
        hash.Add(ReaderVersion);
        hash.Add(Path.GetFullPath(root));
        foreach ((string name, string path) in files)
        {
            hash.Add(name, new FileInfo(path));
        }

        return hash.Finish();
    }

    /// <summary>Brings the members of each type together, in an order that does not depend on how the reading was scheduled.</summary>
    private static IEnumerable<Document> Merge(List<DocumentedMember>[] members, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (IGrouping<string, DocumentedMember> type in members.SelectMany(file => file).Where(IsIncluded).GroupBy(member => member.Type).OrderBy(type => type.Key, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            text.Clear();
            foreach (DocumentedMember member in type)
            {
                string block = string.Join('\n', member.Pieces.Where(seen.Add));
                if (block.Length > 0)
                {
                    text.Append(text.Length == 0 ? string.Empty : "\n\n").Append(block);
                }
            }

            if (text.Length > 0)
            {
                yield return new Document(type.Key, Encoding.UTF8.GetBytes(text.ToString()));
            }
        }

        if (seen.Count == 0)
        {
            throw new NGptException("the documentation files of the .NET SDK hold no text", "give your own text: --data PATH");
        }
    }

    private static bool IsIncluded(DocumentedMember member) => !InstructionTables.Any(prefix => member.Type.StartsWith(prefix, StringComparison.Ordinal));

    private (string Root, List<(string Name, string Path)> Files) Find()
    {
        foreach (string root in _givenRoot is null ? DocumentationPacks.CandidateRoots() : [_givenRoot])
        {
            try
            {
                if (DocumentationPacks.Files(root) is { Count: > 0 } files)
                {
                    return (root, files);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A root that cannot be listed is as good as one without packs: the next one may do.
            }
        }

        return (string.Empty, []);
    }

    private (string Root, List<(string Name, string Path)> Files) Require()
    {
        (string Root, List<(string Name, string Path)> Files) found = Find();
        return found.Files.Count > 0
            ? found
            : throw new NGptException("no documentation of a .NET SDK was found (packs/*/*/ref/*/*.xml)", "give your own text: --data PATH");
    }
}
