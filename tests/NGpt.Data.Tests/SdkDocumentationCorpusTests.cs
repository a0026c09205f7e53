using System.Text;
using System.Text.RegularExpressions;
using NGpt.Core.Errors;
using NGpt.Data.Corpora;

namespace NGpt.Data.Tests;

public sealed partial class SdkDocumentationCorpusTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    private void WriteFile(string pack, string version, string members, string file = "A.xml") =>
        _root.Write($"packs/{pack}/{version}/ref/net10.0/{file}", $"<?xml version=\"1.0\"?><doc><assembly><name>A</name></assembly><members>{members}</members></doc>");

    private Dictionary<string, string> Read() => Read(new SdkDocumentationCorpus(_root.Path));

    private static Dictionary<string, string> Read(SdkDocumentationCorpus corpus) =>
        corpus.Documents().ToDictionary(document => document.Name, document => Encoding.UTF8.GetString(document.Utf8.Span));

    private string ReadSummary(string xml)
    {
        WriteFile("P", "1.0.0", $"<member name=\"T:N.X\"><summary>{xml}</summary></member>");
        return Read()["N.X"];
    }

    [Fact]
    public void A_member_is_a_block_of_lines()
    {
        WriteFile("P", "1.0.0", """
            <member name="T:N.Pair`2"><summary>A pair.</summary><typeparam name="T1">The first.</typeparam></member>
            <member name="M:N.Pair`2.Cut(System.Int32)">
              <returns>The
                 rest.</returns>
              <param name="at">Where <paramref name="at" /> is
                 a place.</param>
              <exception cref="T:System.ArgumentNullException"><paramref name="at" /> is <see langword="null" />.</exception>
              <summary>Cuts.</summary>
              <remarks><para>Slow.</para><para>Sharp.</para></remarks>
              <value>5</value>
              <seealso cref="T:N.Other" />
            </member>
            """);
        Assert.Equal("A pair.\nT1: The first.\n\nCuts.\nSlow.\nSharp.\nat: Where at is a place.\nValue: 5\nReturns: The rest.\nThrows ArgumentNullException: at is null.", Read()["N.Pair`2"]);
    }

    [Theory]
    [InlineData("T:System.String", "String")]
    [InlineData("T:System.Collections.Generic.List`1", "List<T>")]
    [InlineData("T:System.Collections.Generic.Dictionary`2", "Dictionary<T1, T2>")]
    [InlineData("M:System.String.Substring(System.Int32,System.Int32)", "String.Substring(Int32, Int32)")]
    [InlineData("M:System.Object.ToString", "Object.ToString()")]
    [InlineData("M:System.String.#ctor(System.Char[])", "String(Char[])")]
    [InlineData("M:A.B`1.#ctor", "B<T>()")]
    [InlineData("M:A.B.C``1(``0,System.Collections.Generic.List{``0}@)", "B.C<T>(T, List<T>)")]
    [InlineData("M:A.B`2.C(`1,System.Int32[0:,0:],System.Byte*)", "B<T1, T2>.C(T2, Int32[,], Byte*)")]
    [InlineData("M:A.B.C(D.E{F.G}.H)", "B.C(E<G>.H)")]
    [InlineData("M:A.B.op_Addition(A.B,A.B)~A.B", "B.Addition(B, B)")]
    [InlineData("P:A.B.Length", "B.Length")]
    [InlineData("P:A.B.Item(System.Int32)", "B.Item(Int32)")]
    [InlineData("F:A.E.One", "E.One")]
    [InlineData("E:A.B.Changed", "B.Changed")]
    [InlineData("N:System.IO", "System.IO")]
    [InlineData("Overload:System.Console.WriteLine", "Console.WriteLine")]
    [InlineData("M:A.B.I#C#D(System.Int32)", "B.D(Int32)")]
    [InlineData("System.Text.Encoding", "Encoding")]
    [InlineData("!:Odd", "Odd")]
    [InlineData("M:", "()")]
    [InlineData("M:A.B.C(X[", "B.C(X[])")]
    [InlineData("T:A`99999999999", "A`99999999999")]
    public void References_become_short_names(string cref, string expected) =>
        Assert.Equal($"See {expected}.", ReadSummary($"See <see cref=\"{cref}\" />."));

    [Theory]
    [InlineData("<see langword=\"true\" /> or <c>a  b</c>", "true or a b")]
    [InlineData("<see href=\"https://a.b\">here</see> <see href=\"https://a.b\" /> <a href=\"x\">y</a> <see cref=\"T:A.B\">the B</see>", "here https://a.b y the B")]
    [InlineData("<typeparamref name=\"T\" /> &lt; &amp; <![CDATA[<x>]]>", "T < & <x>")]
    [InlineData("a<para>b</para>c<br/>d", "a\nb\nc\nd")]
    [InlineData("one\n  two\n\n three", "one two\nthree")]
    [InlineData("Use <code>x = 1;</code> now", "Use x = 1; now")]
    [InlineData("Use<code>\n    if (x)\n    {\n\n        y();\n    }\n</code>now", "Use\nif (x)\n{\n    y();\n}\nnow")]
    [InlineData("A:<list type=\"bullet\"><item><description>one</description></item><item>two</item></list>end", "A:\n- one\n- two\nend")]
    [InlineData("<list type=\"number\"><listheader><term>T</term></listheader><item><term>a</term><description><para>b</para><para>c</para></description></item><item><term>d</term></item></list>", "- T\n1. a: b c\n2. d")]
    [InlineData("<list type=\"table\"><listheader><term>N</term><description>M</description></listheader><item><term>1</term><description>2</description><description>3</description></item></list>", "N | M\n1 | 2 | 3")]
    [InlineData("<ul><li>x <b>y</b></li><li>z</li></ul>", "- x y\n- z")]
    [InlineData("2<sup>31</sup> x<sub>i</sub>", "2^31 x_i")]
    [InlineData("<xref data-x=\"true\" uid=\"System.Int32\"></xref> x<script>no()</script>", "Int32 x")]
    public void Markup_becomes_plain_text(string xml, string expected) => Assert.Equal(expected, ReadSummary(xml));

    [Fact]
    public void A_piece_of_text_occurs_once_in_the_corpus()
    {
        WriteFile("P", "1.0.0", "<member name=\"M:N.B.F\"><summary>Same.</summary><param name=\"p\">Own.</param></member><member name=\"M:N.B.G\"><summary>Same.</summary></member><member name=\"T:N.C\"><summary>Same.</summary></member>");
        WriteFile("Q", "1.0.0", "<member name=\"T:N.A\"><summary>Same.</summary></member>");
        Assert.Equal(new Dictionary<string, string> { ["N.A"] = "Same.", ["N.B"] = "p: Own." }, Read());
    }

    [Fact]
    public void Tables_of_processor_instructions_are_left_out_and_general_vectors_stay()
    {
        WriteFile("P", "1.0.0", """
            <member name="M:System.Runtime.Intrinsics.X86.Avx.X64.Add(System.Int32)"><summary>VADDPS ymm, ymm, ymm</summary></member>
            <member name="T:System.Runtime.Intrinsics.Arm.AdvSimd"><summary>A32: VMLA.S32 Qd, Dn, Dm</summary></member>
            <member name="T:System.Runtime.Intrinsics.Wasm.PackedSimd"><summary>v128.and</summary></member>
            <member name="T:System.Runtime.Intrinsics.Vector128"><summary>Operations on vectors.</summary></member>
            <member name="T:System.Runtime.Intrinsics.X86Like"><summary>Another type.</summary></member>
            """);
        Assert.Equal(["System.Runtime.Intrinsics.Vector128", "System.Runtime.Intrinsics.X86Like"], Read().Keys);
    }

    [Fact]
    public void Only_the_highest_version_of_a_pack_is_read()
    {
        foreach (string version in (string[])["9.0.10", "10.0.0-rc.2", "10.0.0-rc.10", "10.0.0-preview.7", "9.0.9", "latest"])
        {
            WriteFile("P", version, $"<member name=\"T:N.X\"><summary>{version}</summary></member>");
        }

        Assert.Equal("10.0.0-rc.10", Read()["N.X"]);
        WriteFile("P", "10.0.0", "<member name=\"T:N.X\"><summary>release</summary></member>");
        Assert.Equal("release", Read()["N.X"]);
    }

    [Fact]
    public void Broken_and_dangerous_files_are_left_out_and_listed()
    {
        WriteFile("P", "1.0.0", "<member name=\"T:N.Good\"><summary>Good.</summary></member>");
        _root.Write("packs/P/1.0.0/ref/net10.0/Broken.xml", "<doc><members><member name=\"T:N.Bad\"><summary>Bad.</summary></member>");
        _root.Write("packs/P/1.0.0/ref/net10.0/Dtd.xml", "<!DOCTYPE doc [<!ENTITY e \"x\">]><doc>&e;</doc>");
        _root.Write("packs/P/1.0.0/ref/net10.0/Other.xml", "<project/>");
        string deep = string.Concat(Enumerable.Repeat("<b>", 3_000)) + string.Concat(Enumerable.Repeat("</b>", 3_000));
        WriteFile("P", "1.0.0", $"<member name=\"T:N.Deep\"><summary>{deep}</summary></member>", "Deep.xml");
        var corpus = new SdkDocumentationCorpus(_root.Path);
        Assert.Equal(["N.Good"], Read(corpus).Keys);
        Assert.Equal(["Broken.xml", "Deep.xml", "Dtd.xml", "Other.xml"], corpus.Rejected().Select(document => Path.GetFileName(document.Name)));
    }

    [Fact]
    public void Without_documentation_the_remedy_is_own_text()
    {
        var corpus = new SdkDocumentationCorpus(_root.Path);
        Assert.Contains("--data PATH", Assert.Throws<NGptException>(() => Read(corpus)).Remedy, StringComparison.Ordinal);
        Assert.Throws<NGptException>(corpus.SourceFingerprint);
        WriteFile("P", "1.0.0", string.Empty);
        Assert.Throws<NGptException>(() => Read(corpus));
    }

    [Fact]
    public void The_installed_sdk_gives_megabytes_of_plain_text_without_repetition()
    {
        var corpus = new SdkDocumentationCorpus();
        try
        {
            corpus.SourceFingerprint();
        }
        catch (NGptException)
        {
            Assert.Skip("No .NET SDK with documentation is installed.");
        }

        var documents = corpus.Documents();
        Assert.Empty(corpus.Rejected());
        Assert.True(documents.Sum(document => (long)document.Utf8.Length) > 5_000_000);
        Assert.Equal(documents.Select(document => document.Name).Order(StringComparer.Ordinal), documents.Select(document => document.Name));
        string text = string.Join("\n\n", documents.Select(document => Encoding.UTF8.GetString(document.Utf8.Span)));
        Assert.DoesNotMatch(LeftoverMarkup(), text);
        Assert.DoesNotContain("\n\n\n", text, StringComparison.Ordinal);

        // Lines of code ("return next(context);") may recur inside different blocks of code; sentences may not.
        string[] sentences = [.. text.Split('\n').Where(line => line.Length > 40 && line.EndsWith('.') && !line.StartsWith(' ') && !line.Contains('○', StringComparison.Ordinal) && !line.StartsWith("//", StringComparison.Ordinal))];
        Assert.True(sentences.Length > 50_000);
        Assert.Equal(sentences.Length, sentences.Distinct().Count());
    }

    [GeneratedRegex("<(see|seealso|paramref|para|inheritdoc|exception|summary)[ />]|cref=|[MPF]:System\\.|``[0-9]")]
    private static partial Regex LeftoverMarkup();
}
