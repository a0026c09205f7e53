using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace NGpt.Server.Http;

/// <summary>
/// Admits connections before HTTP sees them: so many in all and from one address, each with a short time to its first byte.
/// Where there is no room, the oldest connection that has sent nothing makes way, so that silent ones shut nobody out.
/// </summary>
internal sealed class ConnectionLimiter(ServerOptions options, TimeProvider time)
{
    private static readonly byte[] Refusal = CreateRefusal();

    private readonly Lock _gate = new();
    private readonly LinkedList<Connection> _silent = new();
    private readonly Dictionary<IPAddress, int> _countOf = [];
    private int _count;

    private enum Stage
    {
        Silent,
        Sending,
        Closed,
    }

    /// <summary>Serves a connection, if there is room for it and it sends something in time.</summary>
    public async Task HandleAsync(ConnectionContext context, ConnectionDelegate next)
    {
        using Connection connection = new(NetworkOf(context.RemoteEndPoint), new CancellationTokenSource(options.FirstByteTimeout, time));
        if (!TryAdmit(connection))
        {
            await context.Transport.Output.WriteAsync(Refusal);
            return;
        }

        try
        {
            if (await HasFirstByteAsync(context.Transport.Input, connection))
            {
                context.Transport = new Duplex(context.Transport.Input, new ErrorBodyWriter(context.Transport.Output));
                await next(context);
            }
        }
        finally
        {
            Close(connection);
        }
    }

    private async Task<bool> HasFirstByteAsync(PipeReader input, Connection connection)
    {
        try
        {
            ReadResult read = await input.ReadAsync(connection.Limit.Token);

            // Nothing is taken: the next reader sees the same bytes at once.
            input.AdvanceTo(read.Buffer.Start);
            return !read.Buffer.IsEmpty && TryBegin(connection);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            return false;
        }
    }

    private bool TryAdmit(Connection connection)
    {
        lock (_gate)
        {
            bool isAdmitted = (_countOf.GetValueOrDefault(connection.Network) < options.MaxConnectionsPerAddress || TryEvict(silent => silent.Network.Equals(connection.Network)))
                && (_count < options.MaxConnections || TryEvict(static _ => true));
            if (isAdmitted)
            {
                connection.Stage = Stage.Silent;
                _silent.AddLast(connection.Node);
                _count++;
                _countOf[connection.Network] = _countOf.GetValueOrDefault(connection.Network) + 1;
            }

            return isAdmitted;
        }
    }

    private bool TryEvict(Func<Connection, bool> canGo)
    {
        // Oldest first.
        if (_silent.FirstOrDefault(canGo) is not Connection oldest)
        {
            return false;
        }

        Forget(oldest);
        _ = oldest.Limit.CancelAsync();
        return true;
    }

    private bool TryBegin(Connection connection)
    {
        lock (_gate)
        {
            if (connection.Stage != Stage.Silent)
            {
                return false;
            }

            connection.Stage = Stage.Sending;
            _silent.Remove(connection.Node);
            return true;
        }
    }

    private void Close(Connection connection)
    {
        lock (_gate)
        {
            Forget(connection);
        }
    }

    // Counted once: an evicted connection is forgotten before it is closed.
    private void Forget(Connection connection)
    {
        if (connection.Stage == Stage.Closed)
        {
            return;
        }

        if (connection.Stage == Stage.Silent)
        {
            _silent.Remove(connection.Node);
        }

        connection.Stage = Stage.Closed;
        _count--;
        if (--_countOf[connection.Network] == 0)
        {
            _countOf.Remove(connection.Network);
        }
    }

    // The address; of an IPv6 address the first 64 bits, behind which one owner has as many addresses as he likes.
    private static IPAddress NetworkOf(EndPoint? endPoint)
    {
        if (endPoint is not IPEndPoint { Address: IPAddress address })
        {
            return IPAddress.None;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        byte[] bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes);
    }

    // Sent before a request is read: it holds for whatever was going to be asked.
    private static byte[] CreateRefusal()
    {
        ArrayBufferWriter<byte> body = new();
        ApiJson.Write(body, new UnavailableResponse(new UnavailableError(503, "there are too many connections, in all or from this address", "unavailable_error")));
        string head = $"HTTP/1.1 503 Service Unavailable\r\nContent-Type: {ApiJson.ContentType}\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: {body.WrittenCount}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body.WrittenSpan];
    }

    private sealed class Connection : IDisposable
    {
        public Connection(IPAddress network, CancellationTokenSource limit)
        {
            (Network, Limit) = (network, limit);
            Node = new LinkedListNode<Connection>(this);
        }

        public IPAddress Network { get; }

        public CancellationTokenSource Limit { get; }

        public LinkedListNode<Connection> Node { get; }

        public Stage Stage { get; set; } = Stage.Closed;

        public void Dispose() => Limit.Dispose();
    }
}
