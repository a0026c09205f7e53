using System.Diagnostics;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Preparation;
using NGpt.Torch.Models;
using NGpt.Torch.Training;

namespace NGpt.Lab.Inspection;

/// <summary>Measures trained models, one or several side by side: what the figures of the nGPT paper show.</summary>
internal sealed class Inspector
{
    // Enough tokens for the statistics of the residual stream.
    private const int ResidualWindows = 16;

    // nGPT has slightly more parameters than the baseline of its size: its scales.
    private const double MaxSizeRatio = 1.1;

    private readonly InspectionRequest _request;
    private readonly IPreparationObserver _observer;
    private readonly CancellationToken _stop;
    private readonly List<string> _cautions = [];
    private readonly List<NGptException> _failures = [];

    private Inspector(InspectionRequest request, IPreparationObserver observer, CancellationToken stop) =>
        (_request, _observer, _stop) = (request, observer, stop);

    /// <summary>Inspects models, one after the other. A model that cannot be read is skipped with a warning.</summary>
    public static InspectionResult Inspect(InspectionRequest request, IPreparationObserver observer, CancellationToken stop = default)
    {
        request.ThrowIfInvalid();
        return new Inspector(request, observer, stop).Inspect();
    }

    private InspectionResult Inspect()
    {
        long start = Stopwatch.GetTimestamp();
        SubjectLocation[] found = [.. Paths().Select(path => TryRead(() => SubjectLocation.Find(path, _request.Checkpoint))).OfType<SubjectLocation>()];
        IReadOnlyList<string> names = SubjectNames.Of([.. found.Select(location => (location.Model.Architecture, location.Path))]);
        int[] colors = Colors([.. found.Select(location => location.Model.Architecture)]);
        List<ModelInspection> models = [];
        for (int i = 0; i < found.Length; i++)
        {
            // One model in memory at a time.
            _stop.ThrowIfCancellationRequested();
            using InspectionSubject? subject = TryRead(() => InspectionSubject.Open(found[i]));
            if (subject is not null)
            {
                models.Add(Inspect(subject, names[i], colors[i]));
            }
        }

        ThrowIfNone(models);
        Compare(models);
        return new InspectionResult(models, _cautions, Stopwatch.GetElapsedTime(start));
    }

    private IEnumerable<string> Paths()
    {
        foreach (IGrouping<string, string> path in _request.Paths.GroupBy(path => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))))
        {
            if (path.Count() > 1)
            {
                _observer.OnWarning($"{path.First()} is given more than once and inspected once");
            }

            yield return path.First();
        }
    }

    private T? TryRead<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (NGptException failure)
        {
            _failures.Add(failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _failures.Add(new NGptException(failure.Message, "check its permissions", failure));
        }

        // The failure of the only model is thrown.
        if (_request.Paths.Count > 1)
        {
            Caution($"{_failures[^1].Message}: skipped");
        }

        return null;
    }

    private void ThrowIfNone(List<ModelInspection> models)
    {
        if (models.Count == 0)
        {
            throw _failures is [NGptException only]
                ? only
                : new NGptException("none of the models can be inspected", "give run folders (runs/…) or checkpoint folders");
        }
    }

    private ModelInspection Inspect(InspectionSubject subject, string name, int color)
    {
        LanguageModel model = subject.Saved.Model;
        IReadOnlyList<ModelMatrix> matrices = ModelMatrix.Of(model);
        Report(name, "embeddings");
        EmbeddingInspection tokenEmbedding = EmbeddingOf(MatrixKind.TokenEmbedding);
        EmbeddingInspection outputEmbedding = EmbeddingOf(MatrixKind.OutputEmbedding);
        Report(name, "singular values of the projections");
        IReadOnlyList<MatrixConditions> conditions = MatrixConditions.Of(matrices, model.Config.HeadCount, _stop);
        if (subject is { Run: RunConfig run, Step: int step } && step < run.Training.Steps)
        {
            Caution($"{name} is at step {step:N0} of {run.Training.Steps:N0} of its run");
        }

        return new ModelInspection
        {
            Name = name,
            Color = color,
            Checkpoint = subject.Saved.Folder.Path,
            Step = subject.Step,
            StepsOfRun = subject.Run?.Training.Steps,
            Config = model.Config,
            TokenEmbedding = tokenEmbedding,
            OutputEmbedding = outputEmbedding,
            Conditions = conditions,
            Scales = LearnedScale.Of(model),
            NormErrors = NormError.Of(matrices),
            Text = _request.SkipsData ? null : InspectText(subject, name),
        };

        EmbeddingInspection EmbeddingOf(MatrixKind kind) =>
            EmbeddingInspection.Of(matrices.Single(matrix => matrix.Kind == kind).Weight, InspectionRequest.Seed, _stop);
    }

    private TextInspection? InspectText(InspectionSubject subject, string name)
    {
        const string Skipped = "angles of the residual stream and losses are not measured";
        if (subject.Run is null && _request.Data is null)
        {
            Caution($"{name} is a checkpoint outside a run, so that its data are unknown: {Skipped}; give text or prepared tokens with --data");
            return null;
        }

        Report(name, "held-out data");
        try
        {
            using Dataset dataset = Open(subject);
            if (!dataset.Tokenizer.IsSameAs(subject.Saved.Tokenizer))
            {
                Caution($"{name}: the data have another tokenizer than the model: {Skipped}; give --data text, or tokens prepared with {subject.Saved.Folder.TokenizerPath}");
                return null;
            }

            if (_request.Data is null && subject.Run is RunConfig run && dataset.Fingerprint != run.Data.Fingerprint)
            {
                Caution($"{name}: the data have changed since the run started, so that it may have been trained on tokens that are held out now");
            }

            return Measure(subject, name, dataset);
        }
        catch (NGptException failure)
        {
            Caution($"{name}: {failure.Message}: {Skipped}; give other data with --data");
            return null;
        }
    }

    // The run's data; other text is read with the model's tokenizer.
    private Dataset Open(InspectionSubject subject)
    {
        DataPreparation preparation = new(_observer);
        string tokenizer = subject.Saved.Folder.TokenizerPath;
        return _request.Data is string data
            ? preparation.Prepare(data, DatasetFolder.Holds(data) ? null : tokenizer, null, _stop)
            : preparation.PrepareAgain(subject.Run!, given: null, tokenizer, _stop);
    }

    private TextInspection Measure(InspectionSubject subject, string name, Dataset dataset)
    {
        LanguageModel model = subject.Saved.Model;
        HeldOutWindows windows = new(dataset.Validation, model.Config.ContextLength, _request.Windows);
        if (windows.SkippedLengths.Count > 0)
        {
            Caution($"{name}: contexts of {string.Join(", ", windows.SkippedLengths.Select(length => $"{length:N0}"))} tokens are not measured: {windows.SkipReason}");
        }

        if (subject.Run?.Data.Packing == WindowPacking.Documents)
        {
            Caution($"{name} was trained with attention within documents; here a token attends to all tokens before it");
        }

        Report(name, "residual stream");
        ResidualTrajectory trajectory = ResidualTrajectory.Measure(model, windows.Sample(ResidualWindows).Select(window => window[..^1]), _stop);
        int[] tokenBytes = [.. Enumerable.Range(0, model.Config.VocabularySize).Select(token => subject.Saved.Tokenizer.TokenBytes(token).Length)];
        List<ContextLosses> losses = [];
        foreach (int length in windows.Lengths)
        {
            Report(name, $"losses at a context of {length:N0}");
            losses.Add(ContextLosses.Measure(model, windows.Of(length), length, tokenBytes, stop: _stop));
        }

        return new TextInspection(dataset.Summary.Source, dataset.Fingerprint, trajectory, losses, windows.Tokens);
    }

    private void Compare(List<ModelInspection> models)
    {
        TextInspection[] texts = [.. models.Select(model => model.Text).OfType<TextInspection>()];
        if (texts.Select(text => text.Fingerprint).Distinct().Count() > 1)
        {
            Caution("the models were measured on different data or tokens: losses are in bits per byte, and can be compared only if the text is the same");
        }
        else if (texts.Select(text => text.Losses[0].Length).Distinct().Count() > 1)
        {
            Caution("the models have different context lengths, so that their losses are means over different parts of the same text");
        }

        (long min, long max) = (models.Min(model => model.Config.ParameterCount), models.Max(model => model.Config.ParameterCount));
        if (max > min * MaxSizeRatio)
        {
            Caution($"the models have different sizes, from {min:N0} to {max:N0} parameters");
        }
    }

    private void Report(string model, string stage) => _observer.OnPreparing($"{model}: {stage}");

    private void Caution(string text)
    {
        _observer.OnWarning(text);
        _cautions.Add($"{text}.");
    }

    // nGPT is 0 and GPT is 1 in every figure; further models have further colours.
    private static int[] Colors(Architecture[] architectures)
    {
        int next = 2;
        int[] colors = new int[architectures.Length];
        for (int i = 0; i < colors.Length; i++)
        {
            bool isFirst = Array.IndexOf(architectures, architectures[i]) == i;
            colors[i] = !isFirst ? next++ : architectures[i] == Architecture.NGpt ? 0 : 1;
        }

        return colors;
    }
}
