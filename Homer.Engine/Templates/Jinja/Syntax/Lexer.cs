using System.Text.RegularExpressions;

namespace Homer.Engine.Templates.Jinja.Syntax;

/// <summary>
/// Cuts a template into tokens, with <c>trim_blocks</c> and <c>lstrip_blocks</c>: the line break after a block goes, and so does the white
/// space before a block that begins its line.
/// </summary>
internal sealed partial class Lexer
{
    private readonly SourceText source;
    private readonly string text;
    private readonly List<Token> tokens = [];
    private int at;
    private bool isLineStart = true;

    private Lexer(SourceText source)
    {
        this.source = source;
        text = source.Text;
    }

    /// <summary>Returns the tokens of a template, the last of kind <see cref="TokenKind.End"/>.</summary>
    /// <exception cref="JinjaException">The template is not Jinja.</exception>
    public static IReadOnlyList<Token> Read(SourceText source)
    {
        var lexer = new Lexer(source);
        lexer.ReadAll();
        return lexer.tokens;
    }

    private void ReadAll()
    {
        while (at < text.Length)
        {
            int open = NextTag(at);
            if (open < 0)
            {
                Add(TokenKind.Data, text[at..], at);
                break;
            }

            ReadTag(open);
        }

        Add(TokenKind.End, "", text.Length);
    }

    private int NextTag(int start)
    {
        for (int open = text.IndexOf('{', start); open >= 0 && open + 1 < text.Length; open = text.IndexOf('{', open + 1))
        {
            if (text[open + 1] is '%' or '{' or '#')
                return open;
        }

        return -1;
    }

    private void ReadTag(int open)
    {
        char kind = text[open + 1];
        int inside = open + 2;
        char sign = inside < text.Length && text[inside] is '-' or '+' ? text[inside++] : ' ';
        AddData(at, open, sign, isVariable: kind == '{');
        Match raw = RawBegin().Match(text, open);
        if (raw.Success)
            ReadRaw(open, open + raw.Length);
        else if (kind == '#')
            SkipComment(open, inside);
        else
            ReadExpression(open, inside, isVariable: kind == '{');
        isLineStart = text[at - 1] == '\n';
    }

    // The text before a tag, without the white space that the tag takes away.
    private void AddData(int start, int end, char sign, bool isVariable)
    {
        ReadOnlySpan<char> data = text.AsSpan(start, end - start);
        if (sign == '-')
        {
            data = data.TrimEnd();
        }
        else if (sign != '+' && !isVariable)
        {
            int line = data.LastIndexOf('\n') + 1;
            if ((line > 0 || isLineStart) && data[line..].IsWhiteSpace())
                data = data[..line];
        }

        if (data.Length > 0)
            Add(TokenKind.Data, data.ToString(), start);
    }

    private void ReadRaw(int open, int start)
    {
        Match end = RawEnd().Match(text, start);
        if (!end.Success)
            throw source.Error(open, "Missing end of raw directive");
        // Within raw text, a line begins only after a line break.
        isLineStart = false;
        AddData(start, end.Index, end.Groups["sign"].Value is [var sign] ? sign : ' ', isVariable: false);
        at = end.Index + end.Length;
    }

    private void SkipComment(int open, int inside)
    {
        int end = text.IndexOf("#}", inside, StringComparison.Ordinal);
        if (end < 0)
            throw source.Error(open, "Missing end of comment tag");
        at = AfterTag(end + 2, end > inside ? text[end - 1] : ' ', isBlock: true);
    }

    private void ReadExpression(int open, int inside, bool isVariable)
    {
        Add(isVariable ? TokenKind.VariableBegin : TokenKind.BlockBegin, text[open..inside], open);
        string close = isVariable ? "}}" : "%}";
        var scanner = new ExpressionScanner(source, inside);
        while (true)
        {
            int start = scanner.SkipSpace();
            char sign = start < text.Length && (text[start] == '-' || (text[start] == '+' && !isVariable)) ? text[start] : ' ';
            int mark = sign == ' ' ? start : start + 1;
            if (!scanner.IsNested && string.CompareOrdinal(text, mark, close, 0, 2) == 0)
            {
                Add(isVariable ? TokenKind.VariableEnd : TokenKind.BlockEnd, close, start);
                at = AfterTag(mark + 2, sign, !isVariable);
                return;
            }

            if (start == text.Length)
                throw source.Error(open, $"unexpected end of template: the tag is not closed by '{close}'");
            tokens.Add(scanner.Next());
        }
    }

    // What the end of a tag takes away after it.
    private int AfterTag(int end, char sign, bool isBlock)
    {
        if (sign == '-')
        {
            while (end < text.Length && char.IsWhiteSpace(text[end]))
                end++;
        }
        else if (isBlock && sign != '+' && end < text.Length && text[end] == '\n')
        {
            end++;
        }

        return end;
    }

    private void Add(TokenKind kind, string value, int position) => tokens.Add(new(kind, value, source.Position(position)));

    [GeneratedRegex(@"\G\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})", RegexOptions.CultureInvariant)]
    private static partial Regex RawBegin();

    [GeneratedRegex(@"\{%(?<sign>[-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)", RegexOptions.CultureInvariant)]
    private static partial Regex RawEnd();
}
