using System.Text;

namespace NGpt.Lab.Tests.Reports;

/// <summary>Reads comma-separated values as RFC 4180 says, strictly, and apart from what writes them.</summary>
internal static class CsvReading
{
    public static string[][] Read(string text)
    {
        List<string[]> rows = [];
        List<string> row = [];
        int place = 0;
        while (place < text.Length)
        {
            var field = new StringBuilder();
            if (text[place] == '"')
            {
                for (place++; ; place++)
                {
                    if (text[place] != '"')
                    {
                        field.Append(text[place]);
                    }
                    else if (place + 1 < text.Length && text[place + 1] == '"')
                    {
                        field.Append(text[place++]);
                    }
                    else
                    {
                        place++;
                        break;
                    }
                }
            }
            else
            {
                while (text[place] is not (',' or '\r'))
                {
                    Assert.NotEqual('"', text[place]);
                    Assert.NotEqual('\n', text[place]);
                    field.Append(text[place++]);
                }
            }

            row.Add(field.ToString());
            if (text[place] == ',')
            {
                place++;
                continue;
            }

            Assert.Equal("\r\n", text.Substring(place, 2));
            place += 2;
            rows.Add([.. row]);
            row.Clear();
        }

        return [.. rows];
    }
}
