using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using NGpt.Core.Data;
using NGpt.Core.Tokenizers;
using NGpt.Data.Preparation;

namespace NGpt.Fuzz.Targets;

/// <summary>The reader of token files of llm.c and nanoGPT, in a folder with a tokenizer.</summary>
internal sealed class TokenShardsTarget : FuzzTarget
{
    private const string Train = "train.bin";
    private const string Validation = "val.bin";
    private const int HeaderLength = 256;
    private const int Count = 700;
    private const int VocabularySize = 257;

    [SetsRequiredMembers]
    public TokenShardsTarget()
    {
        FuzzFile tokenizer = SeedFiles.Written(TokenizerFile.FileName, path => TokenizerFile.Save(new ByteTokenizer(hasEndOfText: true), path));
        Seeds =
        [
            [new FuzzFile(Train, Bytes(20240520, 1, sizeof(ushort))), new FuzzFile(Validation, Bytes(20240520, 1, sizeof(ushort))), tokenizer],
            [new FuzzFile(Train, Bytes(20240801, 7, sizeof(uint))), new FuzzFile(Validation, Bytes(20240801, 7, sizeof(uint))), tokenizer],
            [new FuzzFile(Train, Bytes(null, 0, sizeof(ushort))), new FuzzFile(Validation, Bytes(null, 0, sizeof(ushort))), tokenizer],
        ];
        Words = [BitConverter.GetBytes(20240520), BitConverter.GetBytes(20240801), [0, 1], [1, 1], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 1, 0]];
        // A tokenizer is read with them, whose limit holds.
        FixedBytes = 20_000_000;
        BytesPerByte = 200;
    }

    /// <inheritdoc/>
    public override void Read(string path)
    {
        using Dataset dataset = DatasetFolder.Open(Path.GetDirectoryName(path)!);
        foreach (TokenShards shards in new[] { dataset.Train, dataset.Validation })
        {
            // What trains reads the tokens after this.
            shards.Validate(dataset.Tokenizer.VocabularySize);
            int[] tokens = new int[shards.Count];
            shards.Read(0, tokens);
            if (tokens.Any(token => token < 0 || token >= dataset.Tokenizer.VocabularySize))
            {
                throw new InvalidOperationException($"a token is outside of the vocabulary of {dataset.Tokenizer.VocabularySize}");
            }
        }
    }

    private static byte[] Bytes(int? magic, int version, int size)
    {
        int start = magic is null ? 0 : HeaderLength * sizeof(int);
        byte[] bytes = new byte[start + (Count * size)];
        if (magic is int value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), version);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Count);
        }

        for (int i = 0; i < Count; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(start + (i * size)), (ushort)(i % VocabularySize));
        }

        return bytes;
    }
}
