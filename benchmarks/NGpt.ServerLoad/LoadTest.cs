using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NGpt.ServerLoad;

/// <summary>Many concurrent clients, well-behaved, slow, disconnecting and hostile ones, each on a connection of its own.</summary>
internal sealed class LoadTest(Uri address, int maxBodyBytes)
{
    // Far above the server's own limits, so that a request without an end is seen as one.
    private static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(15);

    private static readonly string[] InvalidSettings =
        ["\"temperature\":-1", "\"temperature\":NaN", "\"top_p\":\"NaN\"", "\"max_tokens\":-7", "\"n\":1e9", "\"seed\":1.5", "\"frequency_penalty\":1e400", "\"stop\":[[]]"];

    /// <summary>Starts all clients and waits for them.</summary>
    public async Task<LoadTestReport> RunAsync(int clients, CancellationToken stop)
    {
        LoadTestReport report = new();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(number => Task.Run(() => RunClientAsync(number, report, stop), stop)));
        return report;
    }

    /// <summary>Waits until the queue is empty and no slot is in use.</summary>
    /// <returns>The server's metrics.</returns>
    public async Task<Dictionary<string, double>> WaitUntilIdleAsync(CancellationToken stop)
    {
        using HttpClient http = NewClient();
        while (true)
        {
            string text = await http.GetStringAsync("/metrics", stop);
            Dictionary<string, double> metrics = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')
                .Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
            if (metrics["ngpt_running"] == 0 && metrics["ngpt_queue_length"] == 0)
            {
                return metrics;
            }
        }
    }

    private async Task RunClientAsync(int number, LoadTestReport report, CancellationToken stop)
    {
        LoadTestClient client = (LoadTestClient)(number % Enum.GetValues<LoadTestClient>().Length);
        try
        {
            await RunClientAsync(client, number, report, stop);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or SocketException)
        {
            // The server may close the connection of a client that sends an invalid request.
            report.Add(client, "connection closed", client is LoadTestClient.SendsOversizedBody or LoadTestClient.Disconnects or LoadTestClient.DisconnectsWhileSending);
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            report.Add(client, $"no end within {LongestRequest.TotalMinutes} minutes", isExpected: false);
        }
    }

    private async Task RunClientAsync(LoadTestClient client, int number, LoadTestReport report, CancellationToken stop)
    {
        string prompt = $"\"prompt\":\"client {number} says\"";
        switch (client)
        {
            case LoadTestClient.Streams:
            case LoadTestClient.ReadsByteByByte:
                await StreamAsync(client, "/v1/completions", $"{{{prompt},\"max_tokens\":{8 + (number % 40)},\"stream\":true,\"logprobs\":3}}", report, stop);
                break;
            case LoadTestClient.Completes:
                await ExpectAsync(client, Encoding.UTF8.GetBytes($"{{{prompt},\"n\":2,\"max_tokens\":20,\"echo\":true,\"logprobs\":1}}"), report, stop, 200, 429);
                break;
            case LoadTestClient.Chats:
                await StreamAsync(client, "/v1/chat/completions", $"{{\"messages\":[{{\"role\":\"user\",\"content\":\"{number}?\"}}],\"max_tokens\":12,\"stream\":true}}", report, stop);
                break;
            case LoadTestClient.Tokenizes:
                await ExpectAsync(client, "/tokenize", Encoding.UTF8.GetBytes($"{{\"content\":\"client {number}\"}}"), "[99,108,105,", report, stop, 200);
                await ExpectAsync(client, "/detokenize", "{\"tokens\":[99,108,105]}"u8.ToArray(), "\"cli\"", report, stop, 200);
                break;
            case LoadTestClient.Disconnects:
                await DisconnectAsync(client, $"{{{prompt},\"max_tokens\":80,\"stream\":true}}", complete: true, report, stop);
                break;
            case LoadTestClient.DisconnectsWhileSending:
                await DisconnectAsync(client, $"{{{prompt},\"max_tokens\":80,\"stream\":true}}", complete: false, report, stop);
                break;
            case LoadTestClient.SendsOversizedBody:
                await ExpectAsync(client, Encoding.UTF8.GetBytes($"{{\"prompt\":\"{new string('x', maxBodyBytes)}\"}}"), report, stop, 413, 429);
                break;
            case LoadTestClient.SendsDeepJson:
                await ExpectAsync(client, Encoding.UTF8.GetBytes($"{{{prompt},\"x\":{new string('[', 5000)}{new string(']', 5000)}}}"), report, stop, 400, 429);
                break;
            case LoadTestClient.SendsInvalidUtf8:
                await ExpectAsync(client, [.. "{\"prompt\":\""u8, 0xc3, 0x28, 0xff, .. "\"}"u8], report, stop, 400, 429);
                break;
            case LoadTestClient.SendsInvalidSettings:
                await ExpectAsync(client, Encoding.UTF8.GetBytes($"{{{prompt},{InvalidSettings[number / Enum.GetValues<LoadTestClient>().Length % InvalidSettings.Length]}}}"), report, stop, 400, 429);
                break;
            default:
                await ExpectAsync(client, Encoding.UTF8.GetBytes($"{{\"prompt\":[1,2,{(number % 2 == 0 ? "-1" : "99999")}]}}"), report, stop, 400, 429);
                break;
        }
    }

    private Task ExpectAsync(LoadTestClient client, byte[] body, LoadTestReport report, CancellationToken stop, params int[] expected) =>
        ExpectAsync(client, "/v1/completions", body, "\"end_reason\":", report, stop, expected);

    private async Task ExpectAsync(
        LoadTestClient client, string path, byte[] body, string part, LoadTestReport report, CancellationToken stop, params int[] expected)
    {
        using HttpClient http = NewClient();
        using ByteArrayContent content = new(body);
        content.Headers.ContentType = new("application/json");
        using HttpResponseMessage answer = await http.PostAsync(path, content, stop);
        string text = await answer.Content.ReadAsStringAsync(stop);
        int status = (int)answer.StatusCode;
        bool hasReason = status == 200 ? text.Contains(part, StringComparison.Ordinal) : text.Contains("\"error\":", StringComparison.Ordinal);
        report.Add(client, $"{status}{(hasReason ? string.Empty : " without a reason")}", expected.Contains(status) && hasReason);
    }

    private async Task StreamAsync(LoadTestClient client, string path, string body, LoadTestReport report, CancellationToken stop)
    {
        using HttpClient http = NewClient();
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        if (answer.StatusCode == HttpStatusCode.TooManyRequests)
        {
            report.Add(client, "429", answer.Headers.RetryAfter is not null);
            return;
        }

        using Stream stream = await answer.Content.ReadAsStreamAsync(stop);
        using MemoryStream received = new();
        byte[] buffer = new byte[client == LoadTestClient.ReadsByteByByte ? 1 : 4096];
        for (int count; (count = await stream.ReadAsync(buffer, stop)) > 0;)
        {
            received.Write(buffer, 0, count);
        }

        string text = Encoding.UTF8.GetString(received.ToArray());
        bool isComplete = text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal) && text.Contains("\"end_reason\":\"", StringComparison.Ordinal);
        report.Add(client, isComplete ? "complete" : $"incomplete: {(int)answer.StatusCode}", isComplete);
    }

    private HttpClient NewClient() => new() { BaseAddress = address, Timeout = LongestRequest };

    private async Task DisconnectAsync(LoadTestClient client, string body, bool complete, LoadTestReport report, CancellationToken stop)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(enable: true, seconds: 0) };
        await socket.ConnectAsync(address.Host, address.Port, stop);
        int length = Encoding.UTF8.GetByteCount(body);
        string head = $"POST /v1/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n";
        await socket.SendAsync(Encoding.UTF8.GetBytes(head + (complete ? body : body[..(length / 2)])), stop);
        if (complete)
        {
            await socket.ReceiveAsync(new byte[200], stop);
        }

        // Disposing closes the connection with a reset, in the middle of the response.
        report.Add(client, "disconnected", isExpected: true);
    }
}

/// <summary>How a client of the load test behaves.</summary>
internal enum LoadTestClient
{
    Streams,
    Completes,
    Chats,
    Tokenizes,
    ReadsByteByByte,
    Disconnects,
    DisconnectsWhileSending,
    SendsOversizedBody,
    SendsDeepJson,
    SendsInvalidUtf8,
    SendsInvalidSettings,
    SendsUnknownTokens,
}

/// <summary>Outcomes of a load test by kind of client, and the unexpected ones.</summary>
internal sealed class LoadTestReport
{
    public ConcurrentDictionary<string, int> Outcomes { get; } = new();

    public ConcurrentBag<string> Unexpected { get; } = [];

    public void Add(LoadTestClient client, string outcome, bool isExpected)
    {
        string line = $"{client}: {outcome}";
        Outcomes.AddOrUpdate(line, 1, (_, count) => count + 1);
        if (!isExpected)
        {
            Unexpected.Add(line);
        }
    }
}
