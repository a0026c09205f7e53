using NGpt.Core.Quantization;
using NGpt.PeerBenchmarks.Native;
using NGpt.Runtime.Models;
using NGpt.Runtime.Quantization;

namespace NGpt.PeerBenchmarks;

/// <summary>The whole comparison: writes models, compares what both sides say, and then how fast they say it.</summary>
internal sealed class PeerComparison(PeerOptions options, Action<string> progress)
{
    private const int ComparedWindow = 256;

    /// <summary>Compares.</summary>
    public PeerReport Run()
    {
        LlamaLibrary library = LlamaLibrary.Load(options.Libraries);
        string work = options.Work ?? Directory.CreateTempSubdirectory("ngpt-peers-").FullName;
        try
        {
            Directory.CreateDirectory(work);
            List<Agreement> trained = [];
            TokenizerAgreement? tokenizer = null;
            if (options.Model is string run)
            {
                HeldOutText text = HeldOutText.Of(run, options.Tokens);
                foreach (WeightType type in options.Types)
                {
                    string file = Export(run, type, work);
                    trained.Add(Compare(library, file, type, text.Tokens, text.Window));
                    tokenizer ??= TokenizerAgreement.Of(library, file, text);
                }
            }

            List<Agreement> random = [];
            List<SpeedComparison> speeds = [];
            progress($"random model {options.Shape.Name}");
            string checkpoint = options.Shape.Write(work);
            foreach (WeightType type in options.Types)
            {
                string file = Export(checkpoint, type, work);
                if (options.Rounds > 0)
                {
                    speeds.Add(Time(library, file, type));
                }
                else
                {
                    random.Add(Compare(library, file, type, options.Shape.RandomTokens(ComparedWindow * 2), ComparedWindow));
                }
            }

            return new PeerReport(options, library.Version, library.SystemInfo, trained, tokenizer, random, speeds);
        }
        finally
        {
            if (options.Work is null)
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }

    private string Export(string model, WeightType type, string work)
    {
        progress($"writing {type.Name()}");
        return Quantizer.Write(new QuantizationRequest { Model = model, Type = type, Output = work, Replaces = true }).Path;
    }

    private Agreement Compare(LlamaLibrary library, string file, WeightType type, int[] tokens, int window)
    {
        progress($"{type.Name()}: comparing what both say");
        using RuntimeModel our = RuntimeModel.Load(file);
        using LlamaModel other = new(library, file);
        using OurSubject ours = new(our, window, options.Threads, exact: true);
        using LlamaContext peer = new(library, other, window, options.Threads, exact: true);
        return Agreement.Of(type, ours, peer, tokens, window);
    }

    private SpeedComparison Time(LlamaLibrary library, string file, WeightType type)
    {
        progress($"{type.Name()}: {options.Rounds} rounds");
        using RuntimeModel our = RuntimeModel.Load(file);
        using LlamaModel other = new(library, file);
        int room = Math.Max(options.Prompt, options.Decode);
        using OurSubject ours = new(our, room, options.Threads);
        using LlamaContext peer = new(library, other, room, options.Threads);
        int[] tokens = options.Shape.RandomTokens(room);
        return SpeedComparison.Measure(type, new FileInfo(file).Length, ours, peer, tokens[..options.Prompt], tokens[..options.Decode], options.Rounds);
    }
}
