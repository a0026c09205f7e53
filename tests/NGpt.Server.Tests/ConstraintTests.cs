using System.Text.Json;
using NGpt.Core.Generation;
using NGpt.Core.Tokenizers;
using NGpt.Server.Http;

namespace NGpt.Server.Tests;

public sealed class ConstraintTests
{
    private const string Completions = "/v1/completions";
    private const string Chats = "/v1/chat/completions";
    private const string Person = """{"type":"object","properties":{"name":{"type":"string","maxLength":5},"sex":{"enum":["f","m"]},"age":{"type":"integer"}},"required":["name","sex"],"additionalProperties":false}""";

    // A field that asks for JSON, in the forms of OpenAI, vLLM and llama.cpp.
    public static TheoryData<string> Formats =>
    [
        $$"""response_format":{"type":"json_schema","json_schema":{"name":"person","description":"D","strict":true,"schema":{{Person}} } }""",
        $$"""response_format":{"type":"json_object","schema":{{Person}}}""",
        $$"""guided_json":{{Person}}""",
        $$"""guided_json":{{JsonSerializer.Serialize(Person)}}""",
        $$"""json_schema":{{Person}}""",
        $$"""structured_outputs":{"json":{{Person}}}""",
    ];

    public static TheoryData<string, string> Invalid => new()
    {
        { "logit_bias", "[]" },
        { "logit_bias", """{"257":1}""" },
        { "logit_bias", """{"-1":1}""" },
        { "logit_bias", """{"a":1}""" },
        { "logit_bias", """{"97":101}""" },
        { "logit_bias", """{"97":"1"}""" },
        { "logit_bias", """{"97":1,"097":2}""" },
        { "min_tokens", "-1" },
        { "min_tokens", "9" },
        { "min_tokens", "1.5" },
        { "stop_token_ids[0]", "[257]" },
        { "stop_token_ids", "5" },
        { "n_predict", "9" },
        { "n_predict", "-1" },
        { "response_format", "\"json\"" },
        { "response_format", "{}" },
        { "response_format", """{"type":"regex"}""" },
        { "response_format", """{"type":"text","schema":{}}""" },
        { "response_format", """{"type":"json_schema"}""" },
        { "response_format", """{"type":"json_schema","json_schema":{"name":"x"}}""" },
        { "response_format", """{"type":"json_schema","json_schema":{"schema":{"type":"integer","multipleOf":3}}}""" },
        { "guided_json", """{"pattern":"a"}""" },
        { "guided_json", "\"{\"" },
        { "guided_json", "5" },
        { "json_schema", """{"type":"date"}""" },
        { "structured_outputs", """{"regex":"a"}""" },
        { "structured_outputs", """{"json":{"not":{}}}""" },
    };

    public static TheoryData<string> Unsupported => [.. UnsupportedFields.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_text_conforms_to_its_schema(string format)
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = ChatTemplate.Plain });
        foreach (string path in (string[])[Completions, Chats])
        {
            for (int seed = 0; seed < 5; seed++)
            {
                JsonElement choice = (await server.PostAsync(path, Body(path, $$"""{{format}},"max_tokens":60,"seed":{{seed}},"n":2,"ignore_eos":true}""")))
                    .GetProperty("choices")[1];
                JsonElement person = JsonDocument.Parse(Text(path, choice)).RootElement;
                Assert.Equal(("stop", "complete"), (choice.GetProperty("finish_reason").GetString(), choice.GetProperty("end_reason").GetString()));
                Assert.InRange(person.GetProperty("name").GetString()!.Length, 0, 5);
                Assert.Contains(person.GetProperty("sex").GetString(), (string[])["f", "m"]);
                Assert.All(person.EnumerateObject(), property => Assert.Contains(property.Name, (string[])["name", "sex", "age"]));
            }
        }
    }

    [Theory]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}")]
    [InlineData("\"structured_outputs\":{\"json_object\":true}")]
    public async Task Any_object_is_possible_and_the_limit_cuts_it(string format)
    {
        // The bias lets strings and objects end soon.
        const string Bias = "\"logit_bias\":{\"34\":9,\"125\":9,\"93\":9}";
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = ChatTemplate.Plain });
        foreach (string path in (string[])[Completions, Chats])
        {
            int complete = 0;
            for (int seed = 0; seed < 8; seed++)
            {
                JsonElement choice = (await server.PostAsync(path, Body(path, $$"""{{format[1..]}},{{Bias}},"max_tokens":50,"seed":{{seed}}}"""))).GetProperty("choices")[0];
                if (choice.GetProperty("finish_reason").GetString() == "stop")
                {
                    complete++;
                    Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(Text(path, choice)).RootElement.ValueKind);
                }
            }

            Assert.InRange(complete, 4, 8);
            JsonElement cut = (await server.PostAsync(path, Body(path, $$"""{{format[1..]}},"max_tokens":1}"""))).GetProperty("choices")[0];
            Assert.Equal(("length", "max_tokens"), (cut.GetProperty("finish_reason").GetString(), cut.GetProperty("end_reason").GetString()));
            JsonElement free = (await server.PostAsync(path, Body(path, """response_format":{"type":"text"},"max_tokens":9,"temperature":0}"""))).GetProperty("choices")[0];
            Assert.Equal(9, Text(path, free).Length);
        }
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task An_invalid_constraint_is_rejected_by_its_name(string field, string value)
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = ChatTemplate.Plain });
        foreach (string path in (string[])[Completions, Chats])
        {
            JsonElement error = (await server.PostAsync(path, Body(path, $$"""{{field.Split('[')[0]}}":{{value}},"max_tokens":8}"""), 400)).GetProperty("error");
            Assert.Equal((field, "invalid_request_error"), (error.GetProperty("param").GetString(), error.GetProperty("type").GetString()));
        }

        Assert.Empty(server.Context.Steps);
    }

    [Theory]
    [MemberData(nameof(Unsupported))]
    public async Task A_field_that_would_change_the_answer_is_rejected_by_its_name(string field)
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = ChatTemplate.Plain });
        foreach (string path in (string[])[Completions, Chats])
        {
            JsonElement error = (await server.PostAsync(path, Body(path, $$"""{{field}}":{"x":1} }"""), 400)).GetProperty("error");
            Assert.Equal(field, error.GetProperty("param").GetString());
            string[] neutral = UnsupportedFields.All.Single(entry => entry.Name == field).Neutral;
            foreach (string value in (string[])[.. neutral.Length > 0 ? neutral : ["false", "[]", "{}", "\"\""], "null"])
            {
                await server.PostAsync(path, Body(path, $$"""{{field}}":{{value}},"max_tokens":1}"""));
            }
        }
    }

    [Fact]
    public async Task A_forced_tool_is_rejected()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = ChatTemplate.Plain });
        foreach (string value in (string[])["\"required\"", """{"type":"function","function":{"name":"f"}}"""])
        {
            Assert.Equal("tool_choice", (await server.PostAsync(Chats, Body(Chats, $$"""tool_choice":{{value}}}"""), 400)).GetProperty("error").GetProperty("param").GetString());
        }
    }

    [Fact]
    public async Task All_problems_of_a_schema_are_reported_with_their_paths()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement error = (await server.PostAsync(
            Completions, Body(Completions, """response_format":{"type":"json_schema","json_schema":{"schema":{"properties":{"a":{"format":"date"},"b":{"items":{"multipleOf":1},"uniqueItems":true}}}}}}"""), 400)).GetProperty("error");
        string message = error.GetProperty("message").GetString()!;
        Assert.All(
            ["$.properties.a.format is not supported", "$.properties.b.items.multipleOf is not supported", "$.properties.b.uniqueItems is not supported"],
            problem => Assert.Contains(problem, message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""guided_json":{},"json_schema":{}}""", "json_schema")]
    [InlineData("""guided_json":{},"stop":"x"}""", "stop")]
    public async Task A_JSON_format_cannot_be_combined(string fields, string param)
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Equal(param, (await server.PostAsync(Completions, Body(Completions, fields), 400)).GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task A_vocabulary_that_cannot_write_JSON_is_refused_before_generation()
    {
        FakeContext context = new();
        ServedModel model = TestServer.Model(context) with { Tokenizer = new CharacterTokenizer("abc {}".EnumerateRunes()) };
        await using TestServer server = await TestServer.StartAsync(context: context, model: model);
        JsonElement error = (await server.PostAsync(Completions, """{"prompt":"abc","response_format":{"type":"json_object"}}""", 400)).GetProperty("error");
        Assert.Equal("response_format", error.GetProperty("param").GetString());
        Assert.Contains("vocabulary has no tokens for", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(context.Steps);
    }

    [Fact]
    public async Task A_bias_excludes_and_forces_tokens_and_leaves_logprobs()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = ChatTemplate.Plain });
        foreach (string path in (string[])[Completions, Chats])
        {
            string vowels = string.Join(',', "aeiou ".Select(letter => $"\"{(int)letter}\":-100"));
            string text = Text(path, (await server.PostAsync(path, Body(path, $$"""logit_bias":{ {{vowels}} },"max_tokens":60}"""))).GetProperty("choices")[0]);
            Assert.Equal(60, text.Length);
            Assert.DoesNotContain(text, letter => "aeiou ".Contains(letter, StringComparison.Ordinal));
            text = Text(path, (await server.PostAsync(path, Body(path, """logit_bias":{"81":100},"max_tokens":20}"""))).GetProperty("choices")[0]);
            Assert.Equal(new string('Q', 20), text);
        }

        JsonElement choice = (await server.PostAsync(Completions, """{"prompt":"ab","logit_bias":{"81":100},"max_tokens":1,"logprobs":0}""")).GetProperty("choices")[0];
        Assert.Equal(FakeContext.LogProbabilities([97, 98])[81], choice.GetProperty("logprobs").GetProperty("token_logprobs")[0].GetDouble());
    }

    [Fact]
    public async Task The_minimum_of_tokens_holds_against_every_end()
    {
        await using TestServer server = await TestServer.StartAsync(
            new ServerOptions { ChatTemplate = ChatTemplate.Plain }, new FakeContext { EndsAt = 1 });
        foreach (string path in (string[])[Completions, Chats])
        {
            JsonElement answer = await server.PostAsync(path, Body(path, """min_tokens":7,"max_tokens":20}"""));
            Assert.Equal("end_of_text", answer.GetProperty("choices")[0].GetProperty("end_reason").GetString());
            Assert.Equal(8, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
            answer = await server.PostAsync(path, Body(path, """ignore_eos":true,"min_tokens":7,"max_tokens":20,"stop":["a","b","c","d","e","f","g","h","i","j","k","l","m"],"logit_bias":{"256":-100}}"""));
            Assert.InRange(answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), 8, 20);
        }
    }

    [Fact]
    public async Task A_stop_token_ends_the_text_before_it()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = ChatTemplate.Plain });
        foreach (string path in (string[])[Completions, Chats])
        {
            string whole = Text(path, (await server.PostAsync(path, Body(path, """max_tokens":12,"temperature":0}"""))).GetProperty("choices")[0]);
            JsonElement choice = (await server.PostAsync(path, Body(path, $$"""stop_token_ids":[{{(int)whole[6]}}],"max_tokens":12,"temperature":0}"""))).GetProperty("choices")[0];
            Assert.Equal(whole[..whole.IndexOf(whole[6], StringComparison.Ordinal)], Text(path, choice));
            Assert.Equal(("stop", "stop_token"), (choice.GetProperty("finish_reason").GetString(), choice.GetProperty("end_reason").GetString()));
        }
    }

    [Fact]
    public async Task N_predict_is_another_name_of_max_tokens()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = ChatTemplate.Plain });
        foreach (string path in (string[])[Completions, Chats])
        {
            JsonElement answer = await server.PostAsync(path, Body(path, """n_predict":5}"""));
            Assert.Equal(5, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        }
    }

    [Fact]
    public async Task The_best_choices_are_returned_and_all_are_counted()
    {
        await using TestServer server = await TestServer.StartAsync();
        const string Fields = "\"prompt\":[\"one\",\"two\"],\"max_tokens\":6,\"seed\":4,\"echo\":true";
        JsonElement all = await server.PostAsync(Completions, $$"""{{{Fields}},"n":5,"logprobs":0}""");
        JsonElement best = await server.PostAsync(Completions, $$"""{{{Fields}},"n":2,"best_of":5}""");
        (string Text, double Mean)[] choices = [.. all.GetProperty("choices").EnumerateArray().Select(choice =>
            (choice.GetProperty("text").GetString()!, choice.GetProperty("logprobs").GetProperty("token_logprobs").EnumerateArray().Skip(3).Average(value => value.GetDouble())))];
        string[] expected = [.. choices.Chunk(5).SelectMany(group => group.OrderByDescending(choice => choice.Mean).Take(2)).Select(choice => choice.Text)];
        JsonElement[] returned = [.. best.GetProperty("choices").EnumerateArray()];
        Assert.Equal(expected, returned.Select(choice => choice.GetProperty("text").GetString()));
        Assert.NotEqual(choices.Chunk(5).SelectMany(group => group.Take(2)).Select(choice => choice.Text), expected);
        Assert.Equal([0, 1, 2, 3], returned.Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.All(returned, choice => Assert.Equal(JsonValueKind.Null, choice.GetProperty("logprobs").ValueKind));
        Assert.Equal(60, best.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Choosing_among_choices_is_not_for_chats()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = ChatTemplate.Plain });
        foreach ((string field, string value) in ((string, string)[])[("best_of", "2"), ("echo", "true")])
        {
            Assert.Equal(field, (await server.PostAsync(Chats, Body(Chats, $$"""{{field}}":{{value}}}"""), 400)).GetProperty("error").GetProperty("param").GetString());
        }
    }

    // The fields begin after their first quotation mark.
    private static string Body(string path, string fields) =>
        (path == Chats ? """{"messages":[{"role":"user","content":"Hi"}],""" : """{"prompt":"Hi",""") + "\"" + fields;

    private static string Text(string path, JsonElement choice) =>
        (path == Chats ? choice.GetProperty("message").GetProperty("content") : choice.GetProperty("text")).GetString()!;
}
