using System.Text.RegularExpressions;
using NGpt.Core.Generation;

namespace NGpt.Server.Tests;

/// <summary>The answers byte by byte, but for ids, times and probabilities: names, their order, nulls and number formats.</summary>
public sealed partial class JsonFormatTests
{
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":2,\"temperature\":0";

    [Theory]
    [InlineData("/v1/completions", """{"prompt":"ab","max_tokens":2,"temperature":0}""",
        """{"id":"cmpl-#","object":"text_completion","created":#,"model":"fake","choices":[{"index":0,"text":"xd","logprobs":null,"finish_reason":"length","end_reason":"max_tokens"}],"usage":{"prompt_tokens":2,"completion_tokens":2,"total_tokens":4,"prompt_tokens_details":{"cached_tokens":0}}}""")]
    [InlineData("/v1/completions", """{"prompt":"aé","max_tokens":1,"temperature":0,"echo":true,"logprobs":2,"token_details":{"top":1,"angles":true}}""",
        """{"id":"cmpl-#","object":"text_completion","created":#,"model":"fake","choices":[{"index":0,"text":"aéq","logprobs":{"tokens":["a","bytes:\\xc3","bytes:\\xa9","q"],"token_logprobs":[null,#,#,#],"top_logprobs":[null,{"x":#,"y":#,"bytes:\\xc3":#},{"u":#,"a":#,"bytes:\\xa9":#},{"q":#,"p":#}],"text_offset":[0,1,1,2]},"finish_reason":"length","end_reason":"max_tokens","token_details":[{"id":97,"text":"a","bytes":[97],"probability":null,"top":[]},{"id":195,"text":"bytes:\\xc3","bytes":[195],"probability":#,"top":[{"id":120,"text":"x","bytes":[120],"probability":#}]},{"id":169,"text":"bytes:\\xa9","bytes":[169],"probability":#,"top":[{"id":117,"text":"u","bytes":[117],"probability":#}]},{"id":113,"text":"q","bytes":[113],"probability":#,"top":[{"id":113,"text":"q","bytes":[113],"probability":#}],"angles":[0.5,0.25,0.125,3]}]}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4,"prompt_tokens_details":{"cached_tokens":0}}}""")]
    [InlineData("/v1/completions", """{"prompt":"ab","max_tokens":2,"temperature":0,"stream":true}""",
        """data: {"id":"cmpl-#","object":"text_completion","created":#,"model":"fake","choices":[{"index":0,"text":"x","logprobs":null,"finish_reason":null}]}""" + "\n\n" +
        """data: {"id":"cmpl-#","object":"text_completion","created":#,"model":"fake","choices":[{"index":0,"text":"d","logprobs":null,"finish_reason":"length","end_reason":"max_tokens"}]}""" + "\n\n" +
        """data: [DONE]""" + "\n\n")]
    [InlineData("/v1/completions", """{"prompt":"ab","max_tokens":2,"temperature":0,"stream":true,"logprobs":1,"stream_options":{"include_usage":true},"token_details":{"top":1,"angles":true}}""",
        """data: {"id":"cmpl-#","object":"text_completion","created":#,"model":"fake","choices":[{"index":0,"text":"x","logprobs":{"tokens":["x"],"token_logprobs":[#],"top_logprobs":[{"x":#}],"text_offset":[0]},"finish_reason":null,"token_details":[{"id":120,"text":"x","bytes":[120],"probability":#,"top":[{"id":120,"text":"x","bytes":[120],"probability":#}],"angles":[0.5,0.25,0.125,2]}]}],"usage":null}""" + "\n\n" +
        """data: {"id":"cmpl-#","object":"text_completion","created":#,"model":"fake","choices":[{"index":0,"text":"d","logprobs":{"tokens":["d"],"token_logprobs":[#],"top_logprobs":[{"d":#}],"text_offset":[1]},"finish_reason":"length","end_reason":"max_tokens","token_details":[{"id":100,"text":"d","bytes":[100],"probability":#,"top":[{"id":100,"text":"d","bytes":[100],"probability":#}],"angles":[0.5,0.25,0.125,3]}]}],"usage":null}""" + "\n\n" +
        """data: {"id":"cmpl-#","object":"text_completion","created":#,"model":"fake","choices":[],"usage":{"prompt_tokens":2,"completion_tokens":2,"total_tokens":4,"prompt_tokens_details":{"cached_tokens":0}}}""" + "\n\n" +
        """data: [DONE]""" + "\n\n")]
    [InlineData("/v1/chat/completions", "{" + Messages + "}",
        """{"id":"chatcmpl-#","object":"chat.completion","created":#,"model":"fake","choices":[{"index":0,"message":{"role":"assistant","content":"ch","refusal":null},"logprobs":null,"finish_reason":"length","end_reason":"max_tokens"}],"usage":{"prompt_tokens":20,"completion_tokens":2,"total_tokens":22,"prompt_tokens_details":{"cached_tokens":0}}}""")]
    [InlineData("/v1/chat/completions", "{" + Messages + ""","logprobs":true,"top_logprobs":1,"token_details":{}}""",
        """{"id":"chatcmpl-#","object":"chat.completion","created":#,"model":"fake","choices":[{"index":0,"message":{"role":"assistant","content":"ch","refusal":null},"logprobs":{"content":[{"token":"c","logprob":#,"bytes":[99],"top_logprobs":[{"token":"c","logprob":#,"bytes":[99]}]},{"token":"h","logprob":#,"bytes":[104],"top_logprobs":[{"token":"h","logprob":#,"bytes":[104]}]}],"refusal":null},"finish_reason":"length","end_reason":"max_tokens","token_details":[{"id":99,"text":"c","bytes":[99],"probability":#,"top":[]},{"id":104,"text":"h","bytes":[104],"probability":#,"top":[]}]}],"usage":{"prompt_tokens":20,"completion_tokens":2,"total_tokens":22,"prompt_tokens_details":{"cached_tokens":0}}}""")]
    [InlineData("/v1/chat/completions", "{" + Messages + ""","stream":true}""",
        """data: {"id":"chatcmpl-#","object":"chat.completion.chunk","created":#,"model":"fake","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}""" + "\n\n" +
        """data: {"id":"chatcmpl-#","object":"chat.completion.chunk","created":#,"model":"fake","choices":[{"index":0,"delta":{"content":"c"},"logprobs":null,"finish_reason":null}]}""" + "\n\n" +
        """data: {"id":"chatcmpl-#","object":"chat.completion.chunk","created":#,"model":"fake","choices":[{"index":0,"delta":{"content":"h"},"logprobs":null,"finish_reason":"length","end_reason":"max_tokens"}]}""" + "\n\n" +
        """data: [DONE]""" + "\n\n")]
    [InlineData("/v1/chat/completions", "{" + Messages + ""","stream":true,"logprobs":true,"stream_options":{"include_usage":true}}""",
        """data: {"id":"chatcmpl-#","object":"chat.completion.chunk","created":#,"model":"fake","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":{"content":[],"refusal":null},"finish_reason":null}],"usage":null}""" + "\n\n" +
        """data: {"id":"chatcmpl-#","object":"chat.completion.chunk","created":#,"model":"fake","choices":[{"index":0,"delta":{"content":"c"},"logprobs":{"content":[{"token":"c","logprob":#,"bytes":[99],"top_logprobs":[]}],"refusal":null},"finish_reason":null}],"usage":null}""" + "\n\n" +
        """data: {"id":"chatcmpl-#","object":"chat.completion.chunk","created":#,"model":"fake","choices":[{"index":0,"delta":{"content":"h"},"logprobs":{"content":[{"token":"h","logprob":#,"bytes":[104],"top_logprobs":[]}],"refusal":null},"finish_reason":"length","end_reason":"max_tokens"}],"usage":null}""" + "\n\n" +
        """data: {"id":"chatcmpl-#","object":"chat.completion.chunk","created":#,"model":"fake","choices":[],"usage":{"prompt_tokens":20,"completion_tokens":2,"total_tokens":22,"prompt_tokens_details":{"cached_tokens":0}}}""" + "\n\n" +
        """data: [DONE]""" + "\n\n")]
    [InlineData("/v1/completions", """{"prompt":[]}""",
        """{"error":{"message":"prompt must be a string, a list of strings, a list of token ids, or a list of lists of token ids, and not empty","type":"invalid_request_error","param":"prompt","code":null}}""")]
    public async Task Answers_keep_their_format(string path, string body, string expected)
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = ChatTemplate.Plain });
        using HttpResponseMessage answer = await server.Client.PostAsync(path, TestServer.Json(body), TestServer.Stop);
        Assert.Equal(expected, Varying().Replace(await answer.Content.ReadAsStringAsync(TestServer.Stop), "#"));
    }

    [Theory]
    [InlineData("/v1/models",
        """{"object":"list","data":[{"id":"fake","object":"model","created":#,"owned_by":"ngpt","meta":{"n_vocab":257,"n_ctx":96}}]}""")]
    [InlineData("/props",
        """{"model_alias":"fake","total_slots":3,"chat_template":"plain","n_vocab":257,"n_layer":2,"default_generation_settings":{"n_ctx":96,"params":{"temperature":1,"top_k":0,"top_p":1,"min_p":0,"repeat_penalty":1,"repeat_last_n":64,"presence_penalty":0,"frequency_penalty":0,"seed":-1}},"endpoints":["/v1/models","/v1/models/{id}","/v1/completions","/v1/chat/completions","/health","/v1/health","/metrics","/tokenize","/detokenize","/tokenizer_info","/props"]}""")]
    public async Task Model_information_keeps_its_format(string path, string expected)
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ChatTemplate = ChatTemplate.Plain });
        Assert.Equal(expected, Varying().Replace(await server.Client.GetStringAsync(path, TestServer.Stop), "#"));
    }

    [GeneratedRegex("(?<=\"created\":)[0-9]+|(?<=cmpl-)[0-9a-f]{32}|-?[0-9]\\.[0-9]{6,}(E-[0-9]+)?")]
    private static partial Regex Varying();
}
