using System.Globalization;

namespace NGpt.Data.Corpora.Documentation;

/// <summary>The version in a pack's folder name, ordered as packages are: numbers first, a release after its previews.</summary>
internal sealed class PackVersion : IComparable<PackVersion>
{
    private readonly Version _numbers;
    private readonly string[] _preview;

    private PackVersion(Version numbers, string[] preview)
    {
        _numbers = numbers;
        _preview = preview;
    }

    /// <summary>Reads a folder name such as <c>10.0.0-rc.1.25451.107</c>; null where it is no version.</summary>
    /// <param name="text">The name.</param>
    public static PackVersion? Parse(string text)
    {
        string[] parts = text.Split('+')[0].Split('-', 2);
        return Version.TryParse(parts[0], out Version? numbers) ? new PackVersion(numbers, parts.Length == 1 ? [] : parts[1].Split('.')) : null;
    }

    /// <inheritdoc/>
    public int CompareTo(PackVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        int order = _numbers.CompareTo(other._numbers);
        if (order != 0 || _preview.Length == 0 || other._preview.Length == 0)
        {
            return order != 0 ? order : other._preview.Length.CompareTo(_preview.Length);
        }

        for (int i = 0; i < Math.Min(_preview.Length, other._preview.Length); i++)
        {
            order = CompareIdentifiers(_preview[i], other._preview[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return _preview.Length.CompareTo(other._preview.Length);
    }

    private static int CompareIdentifiers(string left, string right)
    {
        bool leftIsNumber = ulong.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out ulong leftNumber);
        bool rightIsNumber = ulong.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out ulong rightNumber);
        return leftIsNumber && rightIsNumber ? leftNumber.CompareTo(rightNumber)
            : leftIsNumber != rightIsNumber ? (leftIsNumber ? -1 : 1)
            : string.CompareOrdinal(left, right);
    }
}
