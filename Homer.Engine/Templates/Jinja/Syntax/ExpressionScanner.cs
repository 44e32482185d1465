using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Syntax;

/// <summary>Reads the tokens inside a tag.</summary>
internal sealed partial class ExpressionScanner(SourceText source, int start)
{
    private static readonly string[] Operators =
    [
        "//", "**", "==", "!=", ">=", "<=",
        "+", "-", "*", "/", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";",
    ];

    private readonly Stack<char> brackets = new();
    private readonly string text = source.Text;
    private int at = start;

    /// <summary>Whether a bracket is open, inside of which no tag ends.</summary>
    public bool IsNested => brackets.Count > 0;

    /// <summary>Moves to the next token and returns its place.</summary>
    public int SkipSpace()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at;
    }

    /// <summary>Returns the next token.</summary>
    /// <exception cref="JinjaException">There is none.</exception>
    public Token Next()
    {
        int from = SkipSpace();
        if (from == text.Length)
            throw source.Error(from, "unexpected end of template");
        if (Number().Match(text, from) is { Success: true } number)
        {
            TokenKind kind = number.Groups["float"].Success ? TokenKind.Float : TokenKind.Integer;
            return Take(kind, number.Value.Replace("_", "", StringComparison.Ordinal), number.Length);
        }

        if (Name().Match(text, from) is { Success: true } name)
        {
            return TextPredicates.IsIdentifier(name.Value)
                ? Take(TokenKind.Name, name.Value, name.Length)
                : throw source.Error(from, $"Invalid character in identifier '{name.Value}'");
        }

        return text[from] is '\'' or '"' ? ReadString(from) : ReadOperator(from);
    }

    private Token Take(TokenKind kind, string value, int length)
    {
        var token = new Token(kind, value, source.Position(at));
        at += length;
        return token;
    }

    private Token ReadString(int from)
    {
        int end = from + 1;
        while (end < text.Length && text[end] != text[from])
            end += text[end] == '\\' ? 2 : 1;
        return end < text.Length
            ? Take(TokenKind.Text, Unescape(from + 1, end), end + 1 - from)
            : throw source.Error(from, "the string has no end");
    }

    private Token ReadOperator(int from)
    {
        string? sign = Array.Find(Operators, sign => string.CompareOrdinal(text, from, sign, 0, sign.Length) == 0);
        if (sign is null)
            throw source.Error(from, $"unexpected char {Text.PythonRepr.Of(text[from].ToString())}");
        if (sign is "(" or "[" or "{")
        {
            brackets.Push(sign[0] switch { '(' => ')', '[' => ']', _ => '}' });
        }
        else if (sign is ")" or "]" or "}" && (!brackets.TryPop(out char expected) || expected != sign[0]))
        {
            throw source.Error(from, expected == 0 ? $"unexpected '{sign}'" : $"unexpected '{sign}', expected '{expected}'");
        }

        return Take(TokenKind.Operator, sign, sign.Length);
    }

    // Python's escapes; an unknown one stays as it is.
    private string Unescape(int from, int end)
    {
        if (text.IndexOf('\\', from, end - from) < 0)
            return text[from..end];
        var plain = new StringBuilder(end - from);
        for (int i = from; i < end; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }

            Match escape = Escape().Match(text, i, end - i);
            if (escape.Groups["octal"] is { Success: true } octal)
                plain.Append((char)Convert.ToInt32(octal.Value, 8));
            else if (escape.Groups["code"] is { Success: true } code)
                plain.Append(Character(i, int.Parse(code.ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
            else if (text[i + 1] is 'x' or 'u' or 'U' or 'N')
                throw source.Error(i, "the string has an escape that is cut off or unknown");
            else
                plain.Append(Simple(text[i + 1]));
            i += escape.Success ? escape.Length - 1 : 1;
        }

        return plain.ToString();
    }

    private static string Simple(char c) => c switch
    {
        'n' => "\n",
        't' => "\t",
        'r' => "\r",
        'a' => "\a",
        'b' => "\b",
        'f' => "\f",
        'v' => "\v",
        '\\' or '\'' or '"' => c.ToString(),
        '\n' => "",
        _ => "\\" + c,
    };

    private string Character(int place, int code) => code switch
    {
        <= 0xFFFF and >= 0 => ((char)code).ToString(),
        <= 0x10FFFF and > 0 => char.ConvertFromUtf32(code),
        _ => throw source.Error(place, "the string has an escape that is no character"),
    };

    [GeneratedRegex(
        @"\G(?:(?<float>(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?[eE][+\-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+))"
        + @"|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*)",
        RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Number();

    [GeneratedRegex(@"\G\w+", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(
        @"\G\\(?:(?<octal>[0-7]{1,3})|x(?<code>[\da-fA-F]{2})|u(?<code>[\da-fA-F]{4})|U(?<code>[\da-fA-F]{8}))",
        RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
