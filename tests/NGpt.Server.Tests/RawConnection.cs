using System.Net.Sockets;
using System.Text;

namespace NGpt.Server.Tests;

/// <summary>A connection to a server, byte by byte.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    private RawConnection()
    {
    }

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        RawConnection connection = new();
        await connection._socket.ConnectAsync(address.Host, address.Port, TestServer.Stop);
        return connection;
    }

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text), TestServer.Stop);

    /// <summary>Waits for some bytes.</summary>
    public async Task<string> ReadAsync(int count)
    {
        byte[] buffer = new byte[count];
        int length = 0;
        while (length < count && await _socket.ReceiveAsync(buffer.AsMemory(length), TestServer.Stop) is int read and > 0)
        {
            length += read;
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    /// <summary>Reads until the server closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        StringBuilder text = new();
        byte[] buffer = new byte[1 << 16];
        try
        {
            while (await _socket.ReceiveAsync(buffer, TestServer.Stop) is int read and > 0)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (SocketException)
        {
            // Closed with a reset.
        }

        return text.ToString();
    }

    public void Dispose() => _socket.Dispose();
}
