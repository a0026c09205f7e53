using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NGpt.ServerLoad;

/// <summary>Clients that try to shut others out, and a bystander who sends ordinary requests meanwhile and whose times are taken.</summary>
internal sealed class AttackTest(Uri address, int maxBodyBytes)
{
    /// <summary>How often the bystander asks.</summary>
    public const int BystanderRequests = 20;

    private static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(2);

    /// <summary>Attacks, measures the bystander, stops the attack, and waits until the server is idle.</summary>
    /// <param name="attack">What the attackers do.</param>
    /// <param name="attackers">How many there are, each in a loop.</param>
    /// <param name="stop">Ends it early.</param>
    public async Task<AttackReport> RunAsync(Attack attack, int attackers, CancellationToken stop)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        int isReady = 0;
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] request = Request(attack);
        Task[] clients = [.. Enumerable.Range(0, attackers).Select(_ => Task.Run(() => AttackAsync(attack, request, Ready, over.Token), stop))];
        if (attackers > 0)
        {
            await ready.Task.WaitAsync(LongestRequest, stop);
        }

        List<double> waits = [];
        List<double> health = [];
        int refused = 0;
        for (int i = 0; i < BystanderRequests; i++)
        {
            using HttpClient http = NewBystander();
            health.Add(await TimeAsync(async () => (await http.GetAsync("/health", stop)).EnsureSuccessStatusCode()));
            HttpStatusCode status = HttpStatusCode.OK;
            double milliseconds = await TimeAsync(async () =>
            {
                using StringContent body = new($"{{\"prompt\":\"bystander {i}\",\"max_tokens\":8}}", Encoding.UTF8, "application/json");
                using HttpResponseMessage answer = await http.PostAsync("/v1/completions", body, stop);
                status = answer.StatusCode;
            });
            if (status == HttpStatusCode.OK)
            {
                waits.Add(milliseconds);
            }
            else if (status == HttpStatusCode.TooManyRequests)
            {
                refused++;
            }
            else
            {
                throw new InvalidOperationException($"the bystander was answered with {(int)status}");
            }
        }

        using Process process = Process.GetCurrentProcess();
        double megabytes = process.WorkingSet64 / 1e6;
        await over.CancelAsync();
        await Task.WhenAll(clients);
        double idle = await TimeAsync(() => new LoadTest(address, maxBodyBytes).WaitUntilIdleAsync(stop));
        return new AttackReport(attack, attackers, waits, health, refused, megabytes, idle);

        void Ready()
        {
            if (Interlocked.Increment(ref isReady) == attackers)
            {
                ready.TrySetResult();
            }
        }
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        long start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    // With an address of its own, where this machine has more than one.
    private HttpClient NewBystander()
    {
        SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (context, stop) =>
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                if (OperatingSystem.IsLinux())
                {
                    socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
                }

                await socket.ConnectAsync(context.DnsEndPoint, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new HttpClient(handler) { BaseAddress = address, Timeout = LongestRequest };
    }

    private async Task AttackAsync(Attack attack, byte[] request, Action ready, CancellationToken stop)
    {
        bool isReady = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(enable: true, seconds: 0) };
                await socket.ConnectAsync(address.Host, address.Port, stop);
                if (attack != Attack.SendsNothing)
                {
                    await socket.SendAsync(request, stop);
                }

                if (!isReady)
                {
                    isReady = true;
                    ready();
                }

                if (attack is Attack.SendsOversizedPrompts or Attack.IgnoresRetryAfter)
                {
                    await ReadAsync(socket, stop);
                }
                else
                {
                    await HoldAsync(socket, stop);
                }
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException)
            {
                // The server has ended the connection, or the attack is over.
                await Task.Yield();
            }
        }
    }

    // Until the server closes the connection, without reading from it.
    private static async Task HoldAsync(Socket socket, CancellationToken stop)
    {
        while (!socket.Poll(0, SelectMode.SelectError) && !(socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
        }
    }

    // One answer and its end.
    private static async Task ReadAsync(Socket socket, CancellationToken stop)
    {
        byte[] buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, stop) > 0)
        {
        }
    }

    private byte[] Request(Attack attack)
    {
        (string path, string body) = attack switch
        {
            Attack.ReadsNothing => ("/v1/completions", $"{{\"prompt\":\"attacker\",\"n\":16,\"max_tokens\":-1,\"ignore_eos\":true,\"stream\":true,\"token_details\":{{\"top\":20}}}}"),
            Attack.SendsOversizedPrompts => ("/v1/completions", $"{{\"prompt\":\"{new string('x', maxBodyBytes - 100)}\"}}"),
            Attack.TokenizesWithoutReading => ("/tokenize", $"{{\"with_pieces\":true,\"content\":\"{new string('y', Math.Min(maxBodyBytes, 1 << 17) - 100)}\"}}"),
            _ => ("/v1/completions", $"{{\"prompt\":\"attacker\",\"max_tokens\":8}}"),
        };
        return Encoding.UTF8.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
    }
}

/// <summary>What attackers do.</summary>
internal enum Attack
{
    /// <summary>Nothing: how long the bystander waits on an idle server.</summary>
    None,

    /// <summary>Ask for 16 long streams with details of every token, and never read them.</summary>
    ReadsNothing,

    /// <summary>Connect and stay silent.</summary>
    SendsNothing,

    /// <summary>Send prompts as large as a body may be, which no context holds.</summary>
    SendsOversizedPrompts,

    /// <summary>Send ordinary requests, and when refused again at once.</summary>
    IgnoresRetryAfter,

    /// <summary>Ask for the tokens of long texts, and never read them.</summary>
    TokenizesWithoutReading,
}

/// <summary>What the bystander saw.</summary>
/// <param name="Attack">The attack.</param>
/// <param name="Attackers">How many attackers there were.</param>
/// <param name="Waits">Milliseconds of each answered request.</param>
/// <param name="HealthWaits">Milliseconds of each <c>GET /health</c>.</param>
/// <param name="Refused">Requests that were answered with 429.</param>
/// <param name="Megabytes">Memory of the process, attackers included, at the end of the attack.</param>
/// <param name="IdleAfter">Milliseconds after the attack until all slots are free and nothing is queued.</param>
internal sealed record AttackReport(Attack Attack, int Attackers, IReadOnlyList<double> Waits, IReadOnlyList<double> HealthWaits, int Refused, double Megabytes, double IdleAfter);
