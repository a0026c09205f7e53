using System.Globalization;
using System.Xml.Linq;

namespace NGpt.Lab.Reports.Html;

/// <summary>The footer of a page: how the experiment can be repeated.</summary>
internal static class OriginElement
{
    public static XElement Of(ReportOrigin origin) => Tag.Of(
        "footer",
        Tag.Of("h2", "How it was made"),
        Tag.Of(
            "dl",
            Entry("Command", Tag.Of("code", origin.Command)),
            Entry("Version", origin.Version),
            Entry("Machine", origin.Machine),
            Entry("Written", origin.Written.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture)),
            Entry("Computing time", TimeText(origin.Elapsed)),
            Entry(origin.Seeds.Count == 1 ? "Seed" : "Seeds", origin.Seeds.Count == 0 ? "none" : string.Join(", ", origin.Seeds)),
            origin.Configuration.Select(entry => Entry(entry.Label, entry.Value))));

    private static XElement Entry(string label, object value) => Tag.Of("div", Tag.Of("dt", label), Tag.Of("dd", value));

    private static string TimeText(TimeSpan time) =>
        time.TotalSeconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
        : time.TotalHours < 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min");
}
