using System.Buffers;
using System.Globalization;
using System.Text;

namespace NGpt.Data.Corpora.Documentation;

/// <summary>
/// Turns the identifiers of XML documentation (<c>M:System.String.Substring(System.Int32,System.Int32)</c>) into the short names
/// that people read (<c>String.Substring(Int32, Int32)</c>).
/// </summary>
internal static class SymbolName
{
    private static readonly SearchValues<char> Punctuation = SearchValues.Create("{},@[*()");

    /// <summary>The short name of an identifier; text that is not an identifier comes back nearly as it is.</summary>
    public static string Short(string identifier)
    {
        (string kind, string body) = Split(identifier);
        int returnType = body.IndexOf('~', StringComparison.Ordinal);
        body = returnType < 0 ? body : body[..returnType];
        if (kind == "N")
        {
            return body;
        }

        int open = body.IndexOf('(', StringComparison.Ordinal);
        string[] segments = (open < 0 ? body : body[..open]).Split('.');
        string type = segments[^1];
        if (kind is not ("M" or "P" or "F" or "E" or "Overload"))
        {
            return WithTypeParameters(type);
        }

        string member = type;
        type = segments.Length > 1 ? segments[^2] : string.Empty;
        string name = MemberName(type, member);
        string arguments = open >= 0 ? $"({Types(body[(open + 1)..].TrimEnd(')'), Arity(type), Arity(member))})" : kind == "M" ? "()" : string.Empty;
        return name + arguments;
    }

    /// <summary>The full name of the type that documents a member: the member's own for a type or a namespace.</summary>
    public static string OwningType(string identifier)
    {
        (string kind, string body) = Split(identifier);
        int open = body.IndexOf('(', StringComparison.Ordinal);
        body = open < 0 ? body : body[..open];
        int dot = body.LastIndexOf('.');
        return kind is "T" or "N" || dot <= 0 ? body : body[..dot];
    }

    private static (string Kind, string Body) Split(string identifier)
    {
        int colon = identifier.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (string.Empty, identifier) : (identifier[..colon], identifier[(colon + 1)..]);
    }

    private static string MemberName(string type, string member)
    {
        if (member is "#ctor" or "#cctor")
        {
            return WithTypeParameters(type);
        }

        // An explicit implementation carries its interface's name with # for dots.
        member = member[(member.LastIndexOf('#') + 1)..];
        member = member.StartsWith("op_", StringComparison.Ordinal) ? member[3..] : member;
        return type.Length == 0 ? WithTypeParameters(member) : $"{WithTypeParameters(type)}.{WithTypeParameters(member)}";
    }

    private static int Arity(string segment) =>
        int.TryParse(segment.AsSpan(segment.LastIndexOf('`') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int arity)
        && segment.Contains('`', StringComparison.Ordinal) ? Math.Min(arity, 32) : 0;

    private static string WithTypeParameters(string segment)
    {
        int arity = Arity(segment);
        return arity == 0
            ? segment
            : $"{segment[..segment.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", Enumerable.Range(0, arity).Select(index => TypeParameter(index, arity)))}>";
    }

    private static string TypeParameter(int index, int arity) => arity == 1 ? "T" : string.Create(CultureInfo.InvariantCulture, $"T{index + 1}");

    private static string Types(string list, int typeArity, int memberArity)
    {
        var result = new StringBuilder(list.Length);
        for (int i = 0; i < list.Length;)
        {
            char character = list[i];
            int end;
            switch (character)
            {
                case '{':
                    result.Append('<');
                    i++;
                    break;
                case '}':
                    result.Append('>');
                    i++;
                    break;
                case ',':
                    result.Append(", ");
                    i++;
                    break;
                case '@':
                    i++;
                    break;
                case '[':
                    // Bounds of arrays ([0:,0:]) are left out; the commas tell the rank.
                    end = list.IndexOf(']', i);
                    end = end < 0 ? list.Length - 1 : end;
                    result.Append('[').Append(',', list.AsSpan(i, end - i).Count(',')).Append(']');
                    i = end + 1;
                    break;
                case '*' or '(' or ')':
                    result.Append(character);
                    i++;
                    break;
                default:
                    end = list.AsSpan(i).IndexOfAny(Punctuation);
                    end = end < 0 ? list.Length : i + end;
                    result.Append(TypeName(list[i..end], typeArity, memberArity));
                    i = end;
                    break;
            }
        }

        return result.ToString();
    }

    private static string TypeName(string name, int typeArity, int memberArity)
    {
        int ticks = name.StartsWith("``", StringComparison.Ordinal) ? 2 : name.StartsWith('`') ? 1 : 0;
        if (ticks > 0 && int.TryParse(name.AsSpan(ticks), NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            return TypeParameter(index, ticks == 2 ? memberArity : typeArity);
        }

        // After the arguments of a generic type comes the rest of a nested type's name, with its dot.
        int dot = name.LastIndexOf('.');
        return dot > 0 ? name[(dot + 1)..] : name;
    }
}
