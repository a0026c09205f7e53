using System.Net;
using System.Net.Sockets;

namespace NGpt.Server.Tests.Page;

/// <summary>A proxy between browser and server that can break all connections.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _open = [];
    private readonly Lock _gate = new();
    private readonly Uri _target;
    private readonly Task _work;
    private bool _isBroken;

    public Relay(Uri target)
    {
        _target = target;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _work = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>Breaks every connection, also new ones, until <see cref="Mend"/>.</summary>
    public void Break()
    {
        lock (_gate)
        {
            _isBroken = true;
            foreach (TcpClient client in _open)
            {
                // Without lingering: what was not sent is lost, as when a process is killed.
                client.LingerState = new LingerOption(true, 0);
                client.Dispose();
            }

            _open.Clear();
        }
    }

    public void Mend()
    {
        lock (_gate)
        {
            _isBroken = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Break();
        _listener.Dispose();
        await _work;
    }

    private async Task ServeAsync()
    {
        List<Task> copies = [];
        try
        {
            while (true)
            {
                TcpClient near = await _listener.AcceptTcpClientAsync();
                TcpClient far = new();
                await far.ConnectAsync(_target.Host, _target.Port);
                lock (_gate)
                {
                    if (_isBroken)
                    {
                        near.Dispose();
                        far.Dispose();
                        continue;
                    }

                    _open.AddRange([near, far]);
                    copies.AddRange([CopyAsync(near.GetStream(), far.GetStream()), CopyAsync(far.GetStream(), near.GetStream())]);
                }
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(copies);
        }
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        try
        {
            await from.CopyToAsync(to);
            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception end) when (end is IOException or SocketException or ObjectDisposedException)
        {
            // Broken, or one of the two left.
        }
    }
}
