using System.Text.Json;
using NGpt.Core.Tokenizers;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>Reads the body of <c>POST /v1/completions</c>.</summary>
internal sealed class CompletionRequest
{
    private const int DefaultMaxTokens = 16;

    private readonly JsonFields _fields;
    private readonly LoadedModel _loaded;
    private readonly List<int[]> _prompts = [];
    private readonly List<string> _texts = [];

    private CompletionRequest(JsonElement body, LoadedModel loaded)
    {
        (_fields, _loaded) = (new JsonFields(body), loaded);
    }

    /// <summary>Reads and validates a request.</summary>
    public static GenerationRequest Read(JsonElement body, LoadedModel loaded, ServerOptions limits) => new CompletionRequest(body, loaded).Read(limits);

    private GenerationRequest Read(ServerOptions limits)
    {
        ReadPrompts(limits);
        GenerationRequest request = RequestFields.Read(_fields, _prompts, DefaultMaxTokens, _loaded, limits);
        request = ReadBestOf(request, limits);
        request = request with
        {
            LogProbabilities = (int?)_fields.Integer("logprobs", 0, RequestFields.MaxAlternatives),
            Echo = _fields.Boolean("echo") == true ? _texts : null,
        };
        _fields.RejectUnsupported("suffix", "the model continues texts and cannot fill in the middle");
        return RequestFields.Validate(_fields, request, _loaded);
    }

    private GenerationRequest ReadBestOf(GenerationRequest request, ServerOptions limits)
    {
        if (_fields.Integer("best_of", 1, limits.MaxChoices) is not long best || best == request.Choices)
        {
            return request;
        }

        if (best < request.Choices)
        {
            _fields.Reject("best_of", $"is below n, {request.Choices}");
        }
        else if (request.Stream)
        {
            _fields.Reject("best_of", "cannot be above n in a stream: which choices are the best is known at the end");
        }

        return request with { Choices = (int)best, ReturnedChoices = request.Choices };
    }

    private void ReadPrompts(ServerOptions limits)
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
            _fields.Reject("prompt", "must be a string, a list of strings, a list of token ids, or a list of lists of token ids, and not empty");
            return;
        }

        if (prompt[0].ValueKind == JsonValueKind.Number)
        {
            AddTokens("prompt", prompt);
            return;
        }

        if (prompt.GetArrayLength() > limits.MaxPrompts)
        {
            _fields.Reject("prompt", $"has {prompt.GetArrayLength()} prompts; at most {limits.MaxPrompts} are allowed");
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
        if (_fields.AsString(name, element) is string text)
        {
            AddText(name, text);
        }
    }

    private void AddText(string name, string text)
    {
        if (RequestFields.Encode(_fields, name, text, _loaded) is int[] tokens)
        {
            Add(tokens, text);
        }
    }

    private void AddTokens(string name, JsonElement list)
    {
        if (list.GetArrayLength() == 0)
        {
            _fields.Reject(name, "has no tokens");
            return;
        }

        if (list.GetArrayLength() > _loaded.Scheduler.ContextLength)
        {
            RequestFields.CheckPromptLength(_fields, name, list.GetArrayLength(), _loaded);
            return;
        }

        if (_fields.Tokens(name, list, _loaded.TokenCount) is int[] tokens)
        {
            Add(tokens, _loaded.Model.Tokenizer.Decode(tokens));
        }
    }

    private void Add(int[] tokens, string text)
    {
        _prompts.Add(tokens);
        _texts.Add(text);
    }
}
