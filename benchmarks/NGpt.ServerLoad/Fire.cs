using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NGpt.ServerLoad;

/// <summary>Many clients at once, good, slow, vanishing and hostile ones, each on a connection of its own.</summary>
internal sealed class Fire(Uri address, int maxBodyBytes)
{
    private static readonly string[] WrongSettings =
        ["\"temperature\":-1", "\"temperature\":NaN", "\"top_p\":\"NaN\"", "\"max_tokens\":-7", "\"n\":1e9", "\"seed\":-2", "\"frequency_penalty\":1e400", "\"stop\":[[]]"];

    /// <summary>Lets the clients loose, and waits for all of them.</summary>
    public async Task<FireReport> RunAsync(int clients, CancellationToken stop)
    {
        FireReport report = new();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(number => Task.Run(() => RunClientAsync(number, report, stop), stop)));
        return report;
    }

    /// <summary>Waits until nothing is queued and no slot is taken.</summary>
    /// <returns>The numbers of the server then.</returns>
    public async Task<Dictionary<string, double>> UntilIdleAsync(CancellationToken stop)
    {
        using HttpClient client = new() { BaseAddress = address };
        while (true)
        {
            string text = await client.GetStringAsync("/metrics", stop);
            Dictionary<string, double> numbers = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')
                .Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
            if (numbers["ngpt_running"] == 0 && numbers["ngpt_queue_length"] == 0)
            {
                return numbers;
            }
        }
    }

    private async Task RunClientAsync(int number, FireReport report, CancellationToken stop)
    {
        FireKind kind = (FireKind)(number % Enum.GetValues<FireKind>().Length);
        try
        {
            await RunClientAsync(kind, number, report, stop);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or SocketException)
        {
            // A server may close the connection of a client that sends what it must not.
            report.Add(kind, "connection closed", kind is FireKind.SendsTooMuch or FireKind.Vanishes or FireKind.VanishesWhileSending);
        }
    }

    private async Task RunClientAsync(FireKind kind, int number, FireReport report, CancellationToken stop)
    {
        string prompt = $"\"prompt\":\"client {number} says\"";
        switch (kind)
        {
            case FireKind.Streams:
            case FireKind.ReadsByteByByte:
                await StreamAsync(kind, $"{{{prompt},\"max_tokens\":{8 + (number % 40)},\"stream\":true,\"logprobs\":3}}", report, stop);
                break;
            case FireKind.Completes:
                await ExpectAsync(kind, Encoding.UTF8.GetBytes($"{{{prompt},\"n\":2,\"max_tokens\":20,\"echo\":true,\"logprobs\":1}}"), report, stop, 200, 429);
                break;
            case FireKind.Vanishes:
                await VanishAsync(kind, $"{{{prompt},\"max_tokens\":80,\"stream\":true}}", whole: true, report, stop);
                break;
            case FireKind.VanishesWhileSending:
                await VanishAsync(kind, $"{{{prompt},\"max_tokens\":80,\"stream\":true}}", whole: false, report, stop);
                break;
            case FireKind.SendsTooMuch:
                await ExpectAsync(kind, Encoding.UTF8.GetBytes($"{{\"prompt\":\"{new string('x', maxBodyBytes)}\"}}"), report, stop, 413);
                break;
            case FireKind.SendsDeepJson:
                await ExpectAsync(kind, Encoding.UTF8.GetBytes($"{{{prompt},\"x\":{new string('[', 5000)}{new string(']', 5000)}}}"), report, stop, 400);
                break;
            case FireKind.SendsNoText:
                await ExpectAsync(kind, [.. "{\"prompt\":\""u8, 0xc3, 0x28, 0xff, .. "\"}"u8], report, stop, 400);
                break;
            case FireKind.SendsWrongSettings:
                await ExpectAsync(kind, Encoding.UTF8.GetBytes($"{{{prompt},{WrongSettings[number / 10 % WrongSettings.Length]}}}"), report, stop, 400);
                break;
            default:
                await ExpectAsync(kind, Encoding.UTF8.GetBytes($"{{\"prompt\":[1,2,{(number % 20 < 10 ? "-1" : "99999")}]}}"), report, stop, 400);
                break;
        }
    }

    private async Task ExpectAsync(FireKind kind, byte[] body, FireReport report, CancellationToken stop, params int[] right)
    {
        using HttpClient client = new() { BaseAddress = address };
        using ByteArrayContent content = new(body);
        content.Headers.ContentType = new("application/json");
        using HttpResponseMessage answer = await client.PostAsync("/v1/completions", content, stop);
        string text = await answer.Content.ReadAsStringAsync(stop);
        int status = (int)answer.StatusCode;
        bool hasReason = status == 200 ? text.Contains("\"end_reason\":", StringComparison.Ordinal) : text.Contains("\"error\":", StringComparison.Ordinal);
        report.Add(kind, $"{status}{(hasReason ? string.Empty : " without a reason")}", right.Contains(status) && hasReason);
    }

    private async Task StreamAsync(FireKind kind, string body, FireReport report, CancellationToken stop)
    {
        using HttpClient client = new() { BaseAddress = address };
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        if (answer.StatusCode == HttpStatusCode.TooManyRequests)
        {
            report.Add(kind, "429", answer.Headers.RetryAfter is not null);
            return;
        }

        using Stream stream = await answer.Content.ReadAsStreamAsync(stop);
        using MemoryStream all = new();
        byte[] buffer = new byte[kind == FireKind.ReadsByteByByte ? 1 : 4096];
        for (int count; (count = await stream.ReadAsync(buffer, stop)) > 0;)
        {
            all.Write(buffer, 0, count);
        }

        string text = Encoding.UTF8.GetString(all.ToArray());
        bool isWhole = text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal) && text.Contains("\"end_reason\":\"", StringComparison.Ordinal);
        report.Add(kind, isWhole ? "whole" : $"broken off: {(int)answer.StatusCode}", isWhole);
    }

    private async Task VanishAsync(FireKind kind, string body, bool whole, FireReport report, CancellationToken stop)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(enable: true, seconds: 0) };
        await socket.ConnectAsync(address.Host, address.Port, stop);
        int length = Encoding.UTF8.GetByteCount(body);
        string head = $"POST /v1/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n";
        await socket.SendAsync(Encoding.UTF8.GetBytes(head + (whole ? body : body[..(length / 2)])), stop);
        if (whole)
        {
            await socket.ReceiveAsync(new byte[200], stop);
        }

        // Closed with a reset, in the middle.
        report.Add(kind, "left", isRight: true);
    }
}
