using System.Text.Json;
using NGpt.Core.Sampling;

namespace NGpt.Server.Tests;

public sealed class CompletionTests
{
    [Fact]
    public async Task A_completion_has_the_fields_of_the_API()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement answer = await server.PostAsync("/v1/completions", """{"model":"any","prompt":"hello","max_tokens":6,"temperature":0}""");
        Assert.StartsWith("cmpl-", answer.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal("text_completion", answer.GetProperty("object").GetString());
        Assert.Equal("fake", answer.GetProperty("model").GetString());
        JsonElement choice = Assert.Single(answer.GetProperty("choices").EnumerateArray());
        Assert.Equal((0, FakeContext.GreedyText("hello", 6), "length", "max_tokens"), (Integer(choice, "index"), Text(choice), String(choice, "finish_reason"), String(choice, "end_reason")));
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("logprobs").ValueKind);
        JsonElement usage = answer.GetProperty("usage");
        Assert.Equal((5, 6, 11), (Integer(usage, "prompt_tokens"), Integer(usage, "completion_tokens"), Integer(usage, "total_tokens")));
    }

    [Fact]
    public async Task Integers_may_have_a_decimal_point_seeds_a_sign_and_the_body_a_byte_order_mark()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Equal(16, Integer((await server.PostAsync("/v1/completions", """{"prompt":"a","max_tokens":16.0,"ignore_eos":true}""")).GetProperty("usage"), "completion_tokens"));
        string first = Text(Assert.Single((await server.PostAsync("/v1/completions", """{"prompt":"a","max_tokens":24,"seed":-2}""")).GetProperty("choices").EnumerateArray()));
        Assert.Equal(first, Text(Assert.Single((await server.PostAsync("/v1/completions", "\uFEFF" + """{"prompt":"a","max_tokens":24,"seed":-2}""")).GetProperty("choices").EnumerateArray())));
        Assert.NotEqual(first, Text(Assert.Single((await server.PostAsync("/v1/completions", """{"prompt":"a","max_tokens":24,"seed":-3}""")).GetProperty("choices").EnumerateArray())));
    }

    [Fact]
    public async Task Cached_tokens_are_those_before_the_request()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement answer = await server.PostAsync("/v1/completions", """{"prompt":"Quite fresh prompt 12345","n":2,"max_tokens":3,"seed":1}""");
        Assert.Equal(0, Integer(answer.GetProperty("usage").GetProperty("prompt_tokens_details"), "cached_tokens"));
    }

    [Theory]
    [InlineData("""["one","three"]""")]
    [InlineData("[[111,110,101],[116,104,114,101,101]]")]
    [InlineData("""["one",[116,104,114,101,101]]""")]
    public async Task Lists_of_prompts_give_choices_in_their_order(string prompt)
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement answer = await server.PostAsync("/v1/completions", $$"""{"prompt":{{prompt}},"n":2,"max_tokens":5,"temperature":0}""");
        JsonElement[] choices = [.. answer.GetProperty("choices").EnumerateArray()];
        Assert.Equal([0, 1, 2, 3], choices.Select(choice => Integer(choice, "index")));
        Assert.Equal([FakeContext.GreedyText("one", 5), FakeContext.GreedyText("one", 5), FakeContext.GreedyText("three", 5), FakeContext.GreedyText("three", 5)], choices.Select(Text));
        Assert.Equal(3 + 5, Integer(answer.GetProperty("usage"), "prompt_tokens"));
        Assert.Equal(4 * 5, Integer(answer.GetProperty("usage"), "completion_tokens"));
    }

    [Fact]
    public async Task A_list_of_token_ids_is_one_prompt()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement answer = await server.PostAsync("/v1/completions", """{"prompt":[104,105],"max_completion_tokens":4,"temperature":0}""");
        Assert.Equal(FakeContext.GreedyText("hi", 4), Text(Assert.Single(answer.GetProperty("choices").EnumerateArray())));
    }

    [Fact]
    public async Task A_seed_repeats_a_text_and_its_choices_differ()
    {
        await using TestServer server = await TestServer.StartAsync();
        const string Body = """{"prompt":"seeded","max_tokens":24,"seed":7,"n":3}""";
        string[] first = [.. (await server.PostAsync("/v1/completions", Body)).GetProperty("choices").EnumerateArray().Select(Text)];
        string[] second = [.. (await server.PostAsync("/v1/completions", Body)).GetProperty("choices").EnumerateArray().Select(Text)];
        Assert.Equal(first, second);
        Assert.Equal(3, first.Distinct().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_string_ends_the_text_before_it(bool list)
    {
        await using TestServer server = await TestServer.StartAsync();
        string whole = FakeContext.GreedyText("stop here", 12);
        string stop = JsonSerializer.Serialize(whole[5..8]);
        JsonElement answer = await server.PostAsync("/v1/completions", $$"""{"prompt":"stop here","max_tokens":12,"temperature":0,"stop":{{(list ? $"[\"ZZ\",{stop}]" : stop)}}}""");
        JsonElement choice = answer.GetProperty("choices")[0];
        int expected = whole.IndexOf(whole[5..8], StringComparison.Ordinal);
        Assert.Equal((whole[..expected], "stop", "stop_string"), (Text(choice), String(choice, "finish_reason"), String(choice, "end_reason")));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    public async Task Scored_tokens_end_with_the_text(bool stream, int stopLength)
    {
        await using TestServer server = await TestServer.StartAsync();
        string whole = FakeContext.GreedyText("abc", 30);
        string stop = whole.Substring(9, stopLength);
        string expected = whole[..whole.IndexOf(stop, StringComparison.Ordinal)];
        string body = $$"""{"prompt":"abc","max_tokens":30,"temperature":0,"stop":["{{stop}}"],"echo":true,"logprobs":1,"token_details":{"top":1},"stream":{{(stream ? "true" : "false")}}}""";
        List<JsonElement> answers = stream ? await server.StreamAsync("/v1/completions", body) : [await server.PostAsync("/v1/completions", body)];
        JsonElement[] choices = [.. answers.Select(answer => answer.GetProperty("choices")[0])];
        Assert.Equal("abc" + expected, string.Concat(choices.Select(Text)));
        foreach (string list in (string[])["tokens", "token_logprobs", "top_logprobs", "text_offset"])
        {
            Assert.Equal(3 + expected.Length, choices.Sum(choice => choice.GetProperty("logprobs").GetProperty(list).GetArrayLength()));
        }

        Assert.Equal(
            "abc" + expected,
            string.Concat(choices.SelectMany(choice => choice.GetProperty("logprobs").GetProperty("tokens").EnumerateArray()).Select(token => token.GetString())));
        Assert.Equal(3 + expected.Length, choices.Sum(choice => choice.GetProperty("token_details").GetArrayLength()));
    }

    [Fact]
    public async Task What_was_held_back_for_a_stop_string_comes_with_its_tokens()
    {
        await using TestServer server = await TestServer.StartAsync();
        string text = FakeContext.GreedyText("abc", 10);
        JsonElement answer = await server.PostAsync(
            "/v1/completions", $$"""{"prompt":"abc","max_tokens":10,"temperature":0,"stop":["{{text[7..]}}~"],"logprobs":1}""");
        Assert.Equal(text, Text(answer.GetProperty("choices")[0]));
        Assert.Equal(10, answer.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("tokens").GetArrayLength());
    }

    [Fact]
    public async Task The_end_of_text_token_is_a_stop()
    {
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext { EndsAt = 9 });
        JsonElement choice = (await server.PostAsync("/v1/completions", """{"prompt":"abcde","max_tokens":20,"temperature":0}""")).GetProperty("choices")[0];
        Assert.Equal((FakeContext.GreedyText("abcde", 4), "stop", "end_of_text"), (Text(choice), String(choice, "finish_reason"), String(choice, "end_reason")));
    }

    // Every setting by its HTTP name, with a value that changes the text and one that is rejected.
    public static TheoryData<string, string, string> Settings => new()
    {
        { "max_tokens", "7", "-2" },
        { "temperature", "0", "-1" },
        { "top_k", "1", "-2" },
        { "top_p", "0.01", "2" },
        { "min_p", "1", "2" },
        { "repeat_penalty", "3", "0" },
        { "repeat_last_n", "0", "-2" },
        { "presence_penalty", "9", "1e999" },
        { "frequency_penalty", "-9", "1e999" },
        { "seed", "6", "1.5" },
        { "ignore_eos", "true", "1" },
        { "stop", """["a","e","i","o","u","s","t","n"]""", """[""]""" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Each_sampling_setting_changes_the_text_or_is_rejected(string name, string value, string invalid)
    {
        await using TestServer server = await TestServer.StartAsync(context: new FakeContext { EndsAt = 30 });
        Dictionary<string, string> fields = new() { ["prompt"] = "\"settings\"", ["max_tokens"] = "40", ["repeat_penalty"] = "1.3", ["seed"] = "5" };
        string before = (await server.PostAsync("/v1/completions", Body())).GetProperty("choices").GetRawText();
        fields[name] = value;
        Assert.NotEqual(before, (await server.PostAsync("/v1/completions", Body())).GetProperty("choices").GetRawText());
        fields[name] = invalid;
        JsonElement error = (await server.PostAsync("/v1/completions", Body(), 400)).GetProperty("error");
        Assert.StartsWith(name, error.GetProperty("param").GetString(), StringComparison.Ordinal);

        string Body() => $"{{{string.Join(',', fields.Select(field => $"\"{field.Key}\":{field.Value}"))}}}";
    }

    [Fact]
    public void Every_sampling_setting_is_tested() =>
        Assert.Equal(SamplingSetting.All.Select(setting => setting.JsonName).Order(), Settings.Select(row => row.Data.Item1).Order());

    [Fact]
    public async Task A_stream_is_the_same_text_in_pieces()
    {
        await using TestServer server = await TestServer.StartAsync();
        List<JsonElement> events = await server.StreamAsync(
            "/v1/completions", """{"prompt":"stream me","max_tokens":15,"temperature":0,"stream":true,"stream_options":{"include_usage":true}}""");
        Assert.Equal(FakeContext.GreedyText("stream me", 15), string.Concat(events[..^1].Select(chunk => Text(chunk.GetProperty("choices")[0]))));
        Assert.Equal(15, events.Count - 1);
        Assert.Single(events.Select(chunk => String(chunk, "id")).Distinct());
        Assert.All(events[..^2], chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("choices")[0].GetProperty("finish_reason").ValueKind));
        Assert.Equal("length", String(events[^2].GetProperty("choices")[0], "finish_reason"));
        Assert.Equal(JsonValueKind.Null, events[^2].GetProperty("usage").ValueKind);
        Assert.Equal(0, events[^1].GetProperty("choices").GetArrayLength());
        Assert.Equal((9, 15), (Integer(events[^1].GetProperty("usage"), "prompt_tokens"), Integer(events[^1].GetProperty("usage"), "completion_tokens")));
    }

    [Fact]
    public async Task Token_details_have_alternatives_and_angles()
    {
        await using TestServer server = await TestServer.StartAsync();
        List<JsonElement> events = await server.StreamAsync(
            "/v1/completions", """{"prompt":"abc","max_tokens":4,"temperature":0,"stream":true,"token_details":{"top":3,"angles":true}}""");
        int[] tokens = FakeContext.Greedy([97, 98, 99], 4);
        Assert.Equal(4, events.Count);
        for (int i = 0; i < 4; i++)
        {
            JsonElement detail = Assert.Single(events[i].GetProperty("choices")[0].GetProperty("token_details").EnumerateArray());
            double[] expected = FakeContext.LogProbabilities([97, 98, 99, .. tokens[..i]]);
            Assert.Equal((tokens[i], ((char)tokens[i]).ToString()), (Integer(detail, "id"), String(detail, "text")));
            Assert.Equal(tokens[i], Assert.Single(detail.GetProperty("bytes").EnumerateArray()).GetInt32());
            Assert.Equal(Math.Exp(expected[tokens[i]]), detail.GetProperty("probability").GetDouble());
            Assert.Equal(
                expected.Select((value, id) => (Value: value, Id: id)).OrderByDescending(entry => entry.Value).Take(3).Select(entry => entry.Id),
                detail.GetProperty("top").EnumerateArray().Select(entry => Integer(entry, "id")));
            Assert.Equal([0.5, 0.25, 0.125, 3 + i], detail.GetProperty("angles").EnumerateArray().Select(angle => angle.GetDouble()));
        }
    }

    [Fact]
    public async Task Token_details_of_an_echo_begin_with_the_prompt()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement answer = await server.PostAsync("/v1/completions", """{"prompt":"abc","max_tokens":2,"temperature":0,"echo":true,"token_details":{"top":1}}""");
        JsonElement[] details = [.. answer.GetProperty("choices")[0].GetProperty("token_details").EnumerateArray()];
        Assert.Equal([97, 98, 99, .. FakeContext.Greedy([97, 98, 99], 2)], details.Select(detail => Integer(detail, "id")));
        Assert.Equal(JsonValueKind.Null, details[0].GetProperty("probability").ValueKind);
        Assert.Equal(Math.Exp(FakeContext.LogProbabilities([97, 98])[99]), details[2].GetProperty("probability").GetDouble());
    }

    [Fact]
    public async Task A_part_of_a_character_is_named_by_its_bytes()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement answer = await server.PostAsync("/v1/completions", """{"prompt":"é","max_tokens":0,"echo":true,"logprobs":0}""");
        JsonElement choice = answer.GetProperty("choices")[0];
        Assert.Equal("é", Text(choice));
        Assert.Equal(["bytes:\\xc3", "bytes:\\xa9"], choice.GetProperty("logprobs").GetProperty("tokens").EnumerateArray().Select(name => name.GetString()!));
    }

    private static int Integer(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static string String(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string Text(JsonElement choice) => String(choice, "text");
}
