using System.Globalization;
using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Filters;

/// <summary>Writes JSON as Python's <c>json.dumps</c> does, characters beyond ASCII as they are unless it is told otherwise.</summary>
internal sealed class JsonWriter
{
    private readonly TextBuilder output = new();
    private readonly bool isAscii;
    private readonly bool sortsKeys;
    private readonly string? indent;
    private readonly string itemSeparator;
    private readonly string keySeparator;

    private JsonWriter(Value?[] bound)
    {
        isAscii = bound[0]?.IsTrue == true;
        indent = bound[1] switch
        {
            null or NoneValue => null,
            TextValue text => text.Text,
            Value count => TextPadding.Repeat(new(" "), Numbers.Integer(count)).Text,
        };
        (itemSeparator, keySeparator) = bound[2] switch
        {
            null or NoneValue => (indent is null ? ", " : ",", ": "),
            Value pair when pair.Items().Take(3).ToArray() is [TextValue items, TextValue keys] => (items.Text, keys.Text),
            _ => throw JinjaException.Runtime("separators must be two strings"),
        };
        sortsKeys = bound[3]?.IsTrue == true;
    }

    /// <summary>Returns a value as JSON.</summary>
    /// <exception cref="JinjaException">JSON has nothing for the value.</exception>
    public static TextValue Write(Value value, Arguments arguments)
    {
        var writer = new JsonWriter(arguments.Bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys"));
        writer.Write(value, 0);
        return writer.output.ToValue();
    }

    private void Write(Value value, int depth)
    {
        RenderingBudget.Current.Step();
        switch (value)
        {
            case NoneValue:
                output.Append("null");
                break;
            case BooleanValue:
                output.Append(value.IsTrue ? "true" : "false");
                break;
            case IntegerValue:
                value.Write(output);
                break;
            case FloatValue real:
                output.Append(Number(real.Number));
                break;
            case TextValue text:
                WriteText(text);
                break;
            case SequenceValue sequence:
                WriteItems('[', ']', sequence.List, item => Write(item, depth + 1), depth);
                break;
            case DictValue members:
                WriteItems('{', '}', Ordered(members), member => WriteMember(member, depth + 1), depth);
                break;
            default:
                throw JinjaException.Runtime($"Object of type {value.TypeName} is not JSON serializable");
        }
    }

    private void WriteItems<T>(char open, char close, IReadOnlyList<T> items, Action<T> write, int depth)
    {
        output.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0)
                output.Append(itemSeparator);
            BreakLine(depth + 1);
            write(items[i]);
        }

        if (items.Count > 0)
            BreakLine(depth);
        output.Append(close);
    }

    private void BreakLine(int depth)
    {
        if (indent is null)
            return;
        output.Append('\n');
        for (int i = 0; i < depth; i++)
            output.Append(indent);
    }

    private List<(Value Key, Value Value)> Ordered(DictValue members)
    {
        List<(Value Key, Value Value)> ordered = [.. members.Members];
        return sortsKeys ? Ordering.Sorted(ordered, member => member.Key) : ordered;
    }

    private void WriteMember((Value Key, Value Value) member, int depth)
    {
        WriteText(member.Key switch
        {
            TextValue text => text,
            NoneValue => new("null"),
            BooleanValue => new(member.Key.IsTrue ? "true" : "false"),
            FloatValue real => new(Number(real.Number)),
            IntegerValue => member.Key.ToText(),
            _ => throw JinjaException.Runtime($"keys must be str, int, float, bool or None, not {member.Key.TypeName}"),
        });
        output.Append(keySeparator);
        Write(member.Value, depth);
    }

    private void WriteText(TextValue text)
    {
        output.Append('"');
        int done = 0;
        for (int at = 0; at < text.Text.Length; at++)
        {
            string? escape = Escape(text.Text[at]);
            if (escape is null)
                continue;
            output.Append(text, done, at - done).Append(escape);
            done = at + 1;
        }

        output.Append(text, done, text.Text.Length - done).Append('"');
    }

    private string? Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\b' => "\\b",
        '\f' => "\\f",
        < ' ' => Code(c),
        > '~' when isAscii => Code(c),
        _ => null,
    };

    private static string Code(char c) => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture);

    private static string Number(double number) => double.IsFinite(number) ? PythonFloat.Repr(number)
        : double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
}
