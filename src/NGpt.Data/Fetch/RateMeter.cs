namespace NGpt.Data.Fetch;

/// <summary>Bytes a second over the last few seconds.</summary>
/// <param name="time">The clock.</param>
internal sealed class RateMeter(TimeProvider time)
{
    private const double Window = 10;

    private readonly Queue<(long Time, long Bytes)> _samples = new();
    private long _bytes;

    /// <summary>Adds bytes that were received now.</summary>
    /// <param name="bytes">How many.</param>
    public void Add(long bytes)
    {
        _bytes += bytes;
        long now = time.GetTimestamp();
        _samples.Enqueue((now, _bytes));
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().Time, now).TotalSeconds > Window)
        {
            _samples.Dequeue();
        }
    }

    /// <summary>The rate.</summary>
    public double BytesPerSecond
    {
        get
        {
            if (_samples.Count < 2)
            {
                return 0;
            }

            (long since, long before) = _samples.Peek();
            double seconds = time.GetElapsedTime(since).TotalSeconds;
            return seconds > 0 ? (_bytes - before) / seconds : 0;
        }
    }
}
