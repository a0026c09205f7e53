using NGpt.Core.Errors;
using NGpt.Data.Corpora.Files;

namespace NGpt.Data.Corpora.Parquet;

/// <summary>Parquet files, of which one or more columns hold documents. An entry is a row. Memory holds the texts of one row group.</summary>
internal sealed class ParquetFiles(FileCorpusOptions options) : ISourceReader
{
    private const int MaxTextLength = JsonLineFiles.MaxLineLength;
    private const int MaxColumnsShown = 20;

    /// <inheritdoc/>
    public IEnumerable<SourceEntry> Read(SourceFile file, long skip, CancellationToken cancellationToken)
    {
        using FileStream stream = Open(file, cancellationToken);
        ParquetFooter footer = Guard(file, () => ParquetFooter.Read(stream, options.TextFields));
        ParquetColumn[] columns = [.. options.TextFields.Select(name => Column(file, footer, name))];
        RequireKnownCodec(file, footer);
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
                IEnumerator<ReadOnlyMemory<byte>?>[] texts = [.. columns.Select((column, place) => Guard(file, () => ParquetTexts.Read(stream, footer, group, place, column, cancellationToken)).GetEnumerator())];
                for (long number = before + 1; number <= before + group.Rows; number++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    foreach (IEnumerator<ReadOnlyMemory<byte>?> column in texts)
                    {
                        column.MoveNext();
                    }

                    if (number <= skip)
                    {
                        continue;
                    }

                    yield return Entry($"{file.Name}:{number}", [.. texts.Select(column => column.Current)]) with
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

    private static ParquetColumn Column(SourceFile file, ParquetFooter footer, string name)
    {
        ParquetColumn? column = footer.Columns.FirstOrDefault(column => column.Name == name);
        if (column is { IsText: true })
        {
            return column;
        }

        string columns = string.Join(", ", footer.Columns.Take(MaxColumnsShown).Select(column => $"{column.Name} ({column.Type})"))
            + (footer.Columns.Count > MaxColumnsShown ? ", ..." : string.Empty);
        bool isNested = footer.Columns.Any(group => group.Type.EndsWith("group", StringComparison.Ordinal) && name.StartsWith(group.Name + ".", StringComparison.Ordinal));
        throw new FileFormatException(
            file.Label,
            isNested ? $"the column \"{name}\" of the Parquet file is inside of a group, and only columns at the top are read; it has {columns}"
            : column is null ? $"the Parquet file has no column \"{name}\"; it has {columns}" : $"the column \"{name}\" of the Parquet file is {column.Type} and not a string; it has {columns}",
            "name the column with the texts: --text-field NAME");
    }

    // LZO has no library that is kept, and encodings to come are not known.
    private static void RequireKnownCodec(SourceFile file, ParquetFooter footer)
    {
        foreach (ParquetChunk? chunk in footer.Groups.SelectMany(group => group.Chunks))
        {
            if (chunk is { CodecName: not ("none" or "snappy" or "gzip" or "brotli" or "lz4" or "zstd" or "lz4_raw") } unknown)
            {
                throw new FileFormatException(
                    file.Label,
                    $"the Parquet file is compressed with {unknown.CodecName}, which is not read; none, snappy, gzip, brotli, lz4, zstd and lz4_raw are",
                    "write it again with one of these, for example in Python: pyarrow.parquet.write_table(pyarrow.parquet.read_table('FILE'), 'NEW.parquet', compression='zstd')");
            }
        }
    }

    private SourceEntry Entry(string name, ReadOnlyMemory<byte>?[] texts)
    {
        byte[] document = [];
        bool wasRepaired = false;
        for (int i = 0; i < texts.Length; i++)
        {
            try
            {
                (byte[] text, bool isRepaired) = Text(texts[i]);
                document = RecordText.Join(document, text);
                wasRepaired |= isRepaired;
            }
            catch (UnusableTextException error)
            {
                string column = texts.Length > 1 ? $"column \"{options.TextFields[i]}\": " : "";
                return new SourceEntry { Rejected = new RejectedDocument(name, column + error.Message) { Beginning = texts[i] is { } given ? TextBeginning.Of(given.Span) : null } };
            }
        }

        return document.Length == 0
            ? new SourceEntry { Rejected = new RejectedDocument(name, "the document is empty") }
            : new SourceEntry { Document = new Document(name, document), WasRepaired = wasRepaired };
    }

    private (byte[] Text, bool WasRepaired) Text(ReadOnlyMemory<byte>? text)
    {
        if (text is not { } given)
        {
            throw new UnusableTextException("the text is null");
        }

        ReadOnlySpan<byte> bytes = given.Span;
        if (bytes.Length > MaxTextLength)
        {
            throw new UnusableTextException($"the text is longer than {MaxTextLength >> 20} MiB");
        }

        int bad = CheckedText.FirstInvalid(bytes);
        if (bad >= 0 && options.InvalidUtf8 == InvalidUtf8.Reject)
        {
            throw new UnusableTextException($"the text is not UTF-8: byte 0x{bytes[bad]:X2} at offset {bad:N0} of it");
        }

        return (CheckedText.WithLineFeeds(CheckedText.WithoutMark(bad >= 0 ? CheckedText.Repair(bytes) : bytes)), bad >= 0);
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
