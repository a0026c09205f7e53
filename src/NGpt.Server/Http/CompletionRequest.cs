using System.Text.Json;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;

namespace NGpt.Server.Http;

/// <summary>Reads the body of <c>POST /v1/completions</c>.</summary>
internal sealed class CompletionRequest
{
    private const int DefaultMaxTokens = 16;

    private readonly JsonFields _fields;
    private readonly LoadedModel _loaded;
    private readonly ServerOptions _limits;
    private readonly List<int[]> _prompts = [];
    private readonly List<string> _texts = [];

    private CompletionRequest(JsonElement body, LoadedModel loaded, ServerOptions limits)
    {
        (_fields, _loaded, _limits) = (new JsonFields(body), loaded, limits);
    }

    /// <summary>Reads and checks a request.</summary>
    /// <exception cref="ApiException">400, with everything that is wrong.</exception>
    public static TextRequest Read(JsonElement body, LoadedModel loaded, ServerOptions limits) => new CompletionRequest(body, loaded, limits).Read();

    private TextRequest Read()
    {
        ReadPrompts();
        int choices = TextRequestFields.Choices(_fields, _limits);
        if (_fields.Integer("best_of", 1, _limits.MaxChoices) is long best && best != choices)
        {
            _fields.Refuse("best_of", "differs from n, and choosing among more texts than are returned is not supported");
        }

        SamplingOptions sampling = SamplingFields.Read(_fields, _loaded.Model.Defaults, _loaded.Model.DefaultMaxTokens ?? DefaultMaxTokens, _limits);
        int? logProbabilities = (int?)_fields.Integer("logprobs", 0, TextRequestFields.MaxAlternatives);
        bool echo = _fields.Flag("echo");
        _fields.RefuseUnsupported("suffix", "the model continues texts, it does not fill gaps");
        TextRequest request = TextRequestFields.Finish(
            _fields, _prompts, choices, sampling, logProbabilities, echo, _loaded.Scheduler.Capacity);
        return echo ? request with { Echo = [.. request.Orders.Select(order => _texts[order.Index / choices])] } : request;
    }

    private void ReadPrompts()
    {
        if (!_fields.TryGet("prompt", out JsonElement prompt))
        {
            AddText("prompt", string.Empty);
            return;
        }

        if (prompt.ValueKind == JsonValueKind.String)
        {
            AddText("prompt", prompt);
            return;
        }

        if (prompt.ValueKind != JsonValueKind.Array || prompt.GetArrayLength() == 0)
        {
            _fields.Refuse("prompt", "must be a string, a list of strings, a list of token ids, or a list of lists of token ids, and no empty list");
            return;
        }

        if (prompt[0].ValueKind == JsonValueKind.Number)
        {
            AddTokens("prompt", prompt);
            return;
        }

        if (prompt.GetArrayLength() > _limits.MaxPrompts)
        {
            _fields.Refuse("prompt", $"has {prompt.GetArrayLength()} prompts; at most {_limits.MaxPrompts} are allowed");
            return;
        }

        int number = 0;
        foreach (JsonElement element in prompt.EnumerateArray())
        {
            string name = $"prompt[{number++}]";
            if (element.ValueKind == JsonValueKind.Array)
            {
                AddTokens(name, element);
            }
            else
            {
                AddText(name, element);
            }
        }
    }

    private void AddText(string name, JsonElement element)
    {
        if (_fields.AsText(name, element) is string text)
        {
            AddText(name, text);
        }
    }

    private void AddText(string name, string text)
    {
        try
        {
            int[] tokens = _loaded.Model.Tokenizer.EncodePrompt(text);
            TextRequestFields.RequireRoom(_fields, name, tokens.Length, _loaded.Scheduler.ContextLength);
            _prompts.Add(tokens);
            _texts.Add(text);
        }
        catch (UsageException problem)
        {
            _fields.Refuse(name, $"cannot be written with the model's vocabulary: {problem.Message}");
        }
    }

    private void AddTokens(string name, JsonElement list)
    {
        int count = list.GetArrayLength();
        TextRequestFields.RequireRoom(_fields, name, count, _loaded.Scheduler.ContextLength);
        if (count == 0)
        {
            _fields.Refuse(name, "has no token");
        }

        int[] tokens = new int[count];
        int place = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            int max = Math.Min(_loaded.Scheduler.VocabularySize, _loaded.Model.Tokenizer.VocabularySize) - 1;
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out int token) || token < 0 || token > max)
            {
                _fields.Refuse($"{name}[{place}]", $"is no token: ids go from 0 to {max}");
                return;
            }

            tokens[place++] = token;
        }

        _prompts.Add(tokens);
        _texts.Add(_loaded.Model.Tokenizer.Decode(tokens));
    }
}
