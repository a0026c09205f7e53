using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace NGpt.Server.Metrics;

/// <summary>
/// Listens to one meter and writes its values in Prometheus' text format. The usual packages for it do not support native
/// ahead-of-time compilation.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    /// <summary>Starts listening to a meter.</summary>
    public PrometheusText(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                lock (_gate)
                {
                    _series[Name(instrument)] = new Series(instrument);
                }

                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The current values.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        StringBuilder text = new();
        lock (_gate)
        {
            foreach ((string name, Series series) in _series)
            {
                series.Write(text, name);
            }
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static string Name(Instrument instrument)
    {
        string name = instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : string.Empty);
        return instrument is Counter<long> ? name + "_total" : name;
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = tags.IsEmpty ? string.Empty : $"{{{tags[0].Key}=\"{Convert.ToString(tags[0].Value, CultureInfo.InvariantCulture)}\"}}";
        lock (_gate)
        {
            _series[Name(instrument)].Record(value, labels);
        }
    }

    private sealed class Series(Instrument instrument)
    {
        private readonly double[] _bounds = instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } ? [.. bounds] : [];
        private readonly SortedDictionary<string, double> _values = new(StringComparer.Ordinal);
        private readonly long[] _buckets = new long[instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } ? bounds.Count + 1 : 0];
        private double _sum;

        private bool IsHistogram => _buckets.Length > 0;

        public void Record(double value, string labels)
        {
            if (IsHistogram)
            {
                int bucket = 0;
                while (bucket < _bounds.Length && value > _bounds[bucket])
                {
                    bucket++;
                }

                _buckets[bucket]++;
                _sum += value;
            }
            else
            {
                _values[labels] = instrument.IsObservable ? value : _values.GetValueOrDefault(labels) + value;
            }
        }

        public void Write(StringBuilder text, string name)
        {
            string kind = IsHistogram ? "histogram" : instrument.IsObservable ? "gauge" : "counter";
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {instrument.Description}\n# TYPE {name} {kind}\n");
            foreach ((string labels, double value) in _values)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value:R}\n");
            }

            if (!IsHistogram)
            {
                return;
            }

            long count = 0;
            for (int bucket = 0; bucket < _buckets.Length; bucket++)
            {
                count += _buckets[bucket];
                string bound = bucket < _bounds.Length ? _bounds[bucket].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"{bound}\"}} {count}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{name}_sum {_sum:R}\n{name}_count {count}\n");
        }
    }
}
