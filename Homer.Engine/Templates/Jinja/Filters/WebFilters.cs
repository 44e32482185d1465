using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Filters;

/// <summary>Filters for JSON, HTML and addresses.</summary>
internal static partial class WebFilters
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create(" \n\t\r\f/>=");

    /// <summary>The filters by name.</summary>
    public static Dictionary<string, Filter> All { get; } = new()
    {
        ["tojson"] = (input, arguments) => JsonWriter.Write(input, arguments),
        ["e"] = (input, _) => Escape(input),
        ["escape"] = (input, _) => Escape(input),
        ["forceescape"] = (input, _) => Escape(input),
        ["striptags"] = (input, _) => StripTags(input.ToText()),
        ["urlencode"] = (input, _) => UrlEncode(input),
        ["xmlattr"] = Attributes,
    };

    private static TextValue Escape(Value input)
    {
        TextValue text = input.ToText();
        var escaped = new TextBuilder();
        int done = 0;
        for (int at; (at = text.Text.AsSpan(done).IndexOfAny("&<>'\"") + done) >= done; done = at + 1)
        {
            RenderingBudget.Current.Step();
            escaped.Append(text, done, at - done).Append(text.Text[at] switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '\'' => "&#39;",
                _ => "&#34;",
            });
        }

        return escaped.Append(text, done, text.Text.Length - done).ToValue();
    }

    private static TextValue StripTags(TextValue text)
    {
        string bare = Tag().Replace(Comment().Replace(text.Text, ""), "");
        string[] words = System.Net.WebUtility.HtmlDecode(bare).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return text.Made(string.Join(' ', words));
    }

    private static TextValue UrlEncode(Value input)
    {
        if (input is TextValue || !input.IsIterable)
            return input.ToText().Made(Quoted(input.ToText().Text, "/"));
        IEnumerable<Value> pairs = input is DictValue members ? members.Pairs() : input.Items();
        return new(string.Join('&', pairs.Select(pair => pair.Items().Take(2).ToArray())
            .Select(pair => $"{Form(pair[0])}={Form(pair[^1])}")));

        static string Form(Value value) => Quoted(value.ToText().Text, "").Replace("%20", "+", StringComparison.Ordinal);
    }

    private static string Quoted(string text, string kept)
    {
        var quoted = new StringBuilder();
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            RenderingBudget.Current.Step();
            char c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || "_.-~".Contains(c) || kept.Contains(c))
                quoted.Append(c);
            else
                quoted.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return quoted.ToString();
    }

    private static TextValue Attributes(Value input, Arguments arguments)
    {
        bool startsWithSpace = arguments.Bind("xmlattr", 0, "autospace")[0]?.IsTrue ?? true;
        if (input is not DictValue members)
            throw JinjaException.Runtime($"'{input.TypeName}' object has no attribute 'items'");
        var attributes = new TextBuilder();
        foreach ((Value key, Value value) in members.Members.Where(member => member.Value is not (NoneValue or UndefinedValue)))
        {
            if (key.ToText().Text.AsSpan().ContainsAny(NotInNames))
                throw JinjaException.Runtime("Invalid character in attribute name");
            if (startsWithSpace || attributes.Length > 0)
                attributes.Append(' ');
            attributes.Append(Escape(key)).Append("=\"").Append(Escape(value)).Append('"');
        }

        return attributes.ToValue();
    }

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Comment();

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}
