using NGpt.Core.Errors;
using NGpt.Data.Corpora.Files;

namespace NGpt.Data.Corpora.Parquet;

/// <summary>Parquet files, of which one column holds documents. An entry is a row. Memory holds the texts of one row group.</summary>
internal sealed class ParquetFiles(FileCorpusOptions options) : ISourceReader
{
    private const int MaxTextLength = JsonLineFiles.MaxLineLength;
    private const int MaxColumnsShown = 20;

    /// <inheritdoc/>
    public IEnumerable<SourceEntry> Read(SourceFile file, long skip, CancellationToken cancellationToken)
    {
        using FileStream stream = Open(file, cancellationToken);
        ParquetFooter footer = Guard(file, () => ParquetFooter.Read(stream, options.TextField));
        ParquetColumn column = Column(file, footer);
        long rows = footer.Groups.Aggregate(0L, (sum, group) => Math.Min(sum + group.Rows, long.MaxValue / 2));
        if (rows == 0)
        {
            yield return file.Reject("the file has no rows", "give a Parquet file with documents");
        }

        long before = 0;
        foreach (ParquetRowGroup group in footer.Groups)
        {
            if (before + group.Rows > skip && group.Rows > 0)
            {
                IEnumerable<ReadOnlyMemory<byte>?> texts = Guard(file, () => ParquetTexts.Read(stream, footer, group, column, cancellationToken));
                long number = before;
                foreach (ReadOnlyMemory<byte>? text in texts)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (++number <= skip)
                    {
                        continue;
                    }

                    yield return Entry($"{file.Name}:{number}", text) with
                    {
                        Next = number,
                        EndsSource = number == rows,
                        SourceBytesRead = (long)(file.Length * ((double)number / rows)),
                    };
                }
            }

            before += group.Rows;
        }
    }

    /// <summary>The file itself; a compressed one is decompressed into a temporary file, since reading goes to its end first.</summary>
    private static FileStream Open(SourceFile file, CancellationToken cancellationToken)
    {
        if (file.Compression == FileCompression.None)
        {
            return new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        string path = Path.Combine(Path.GetTempPath(), $"ngpt-{Guid.NewGuid():N}.tmp");
        var spool = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);
        try
        {
            using SourceStream source = SourceStream.Open(file);
            byte[] buffer = new byte[1 << 16];
            for (int read; (read = source.Read(buffer)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                spool.Write(buffer, 0, read);
            }

            spool.Flush();
            return spool;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    private ParquetColumn Column(SourceFile file, ParquetFooter footer)
    {
        string name = options.TextField;
        ParquetColumn? column = footer.Columns.FirstOrDefault(column => column.Name == name);
        if (column is { IsText: true })
        {
            return column;
        }

        string columns = string.Join(", ", footer.Columns.Take(MaxColumnsShown).Select(column => $"{column.Name} ({column.Type})"))
            + (footer.Columns.Count > MaxColumnsShown ? ", ..." : string.Empty);
        throw new FileFormatException(
            file.Label,
            column is null ? $"the Parquet file has no column \"{name}\"; it has {columns}" : $"the column \"{name}\" of the Parquet file is {column.Type} and not a string; it has {columns}",
            "name the column with the texts: --text-field NAME");
    }

    private SourceEntry Entry(string name, ReadOnlyMemory<byte>? text)
    {
        if (text is not { } given)
        {
            return Rejected("the text is null");
        }

        ReadOnlySpan<byte> bytes = given.Span;
        if (bytes.Length > MaxTextLength)
        {
            return Rejected($"the text is longer than {MaxTextLength >> 20} MiB");
        }

        int bad = CheckedText.FirstInvalid(bytes);
        if (bad >= 0 && options.InvalidUtf8 == InvalidUtf8.Reject)
        {
            return Rejected($"the text is not UTF-8: byte 0x{bytes[bad]:X2} at offset {bad:N0} of it");
        }

        byte[] document = CheckedText.WithLineFeeds(CheckedText.WithoutMark(bad >= 0 ? CheckedText.Repair(bytes) : bytes));
        return document.Length == 0
            ? Rejected("the document is empty")
            : new SourceEntry { Document = new Document(name, document), WasRepaired = bad >= 0 };

        SourceEntry Rejected(string reason) => new() { Rejected = new RejectedDocument(name, reason) };
    }

    private static T Guard<T>(SourceFile file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not (NGptException or OperationCanceledException))
        {
            // Parquet.Net throws exceptions of many types for damaged files.
            string reason = error.Message.TrimEnd('.').ReplaceLineEndings(" ");
            throw new FileFormatException(file.Label, $"the Parquet file cannot be read: {reason}", "copy, download or write the file again, or leave it out", error);
        }
    }
}
