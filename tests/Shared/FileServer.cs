using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NGpt.Tests;

/// <summary>
/// An HTTP server on this machine that answers each request by the next of the answers it was given, and the last one over
/// and over. It writes bytes as they are given, so that it can break every rule.
/// </summary>
internal sealed class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Queue<Func<string, byte[]>> _answers;
    private readonly List<string> _requests = [];
    private readonly Task _work;

    public FileServer(params IEnumerable<Func<string, byte[]>> answers)
    {
        _answers = new Queue<Func<string, byte[]>>(answers);
        _listener.Start();
        _work = Task.Run(Serve);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The heads of the requests so far.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>An answer with any head.</summary>
    public static Func<string, byte[]> Answer(string status, string headers, byte[] body) =>
        _ => [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n"), .. body];

    /// <summary>An answer without a body.</summary>
    public static Func<string, byte[]> Status(string status, string headers = "") => Answer(status, $"Content-Length: 0\r\n{headers}", []);

    /// <summary>A server that does everything right: parts, and whole files where the version is another one.</summary>
    /// <param name="content">The file.</param>
    /// <param name="tag">Its entity tag.</param>
    /// <param name="cut">How many bytes of the body are sent before the connection breaks; null for all.</param>
    /// <param name="knowsParts">Whether the server honours Range.</param>
    public static Func<string, byte[]> File(byte[] content, string tag = "\"one\"", int? cut = null, bool knowsParts = true) => request =>
    {
        int from = knowsParts && Header(request, "If-Range") == tag && Header(request, "Range") is { } range
            ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture)
            : 0;
        byte[] body = content[Math.Min(from, content.Length)..];
        string status = from == 0 ? "200 OK" : from >= content.Length ? "416 Range Not Satisfiable" : "206 Partial Content";
        string headers = $"Content-Length: {body.Length}\r\nETag: {tag}\r\n"
            + (from == 0 ? string.Empty : from >= content.Length ? $"Content-Range: bytes */{content.Length}\r\n" : $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n");
        return Answer(status, headers, body[..Math.Min(body.Length, cut ?? body.Length)])(request);
    };

    /// <summary>A header of a request, or null.</summary>
    public static string? Header(string request, string name) => request.Split("\r\n")
        .FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];

    public void Dispose()
    {
        _listener.Stop();
        _work.GetAwaiter().GetResult();
        _listener.Dispose();
    }

    private void Serve()
    {
        try
        {
            while (true)
            {
                using TcpClient client = _listener.AcceptTcpClient();
                try
                {
                    Answer(client.GetStream());
                }
                catch (IOException)
                {
                    // The client left.
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The end.
        }
    }

    private void Answer(NetworkStream stream)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int next = stream.ReadByte();
            if (next < 0)
            {
                return;
            }

            head.Append((char)next);
        }

        string request = head.ToString();
        lock (_requests)
        {
            _requests.Add(request);
        }

        stream.Write((_answers.Count > 1 ? _answers.Dequeue() : _answers.Peek())(request));
    }
}
