using System.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Text;

/// <summary>Builds a text and remembers which parts of it come from the data. What it takes counts in the budget.</summary>
internal sealed class TextBuilder
{
    private readonly StringBuilder text = new();
    private readonly List<TextSpan> data = [];

    /// <summary>The number of characters so far.</summary>
    public int Length => text.Length;

    /// <summary>Appends text of the template.</summary>
    public TextBuilder Append(string template)
    {
        RenderingBudget.Current.TakeCharacters(template.Length);
        text.Append(template);
        return this;
    }

    /// <summary>Appends a character of the template several times.</summary>
    public TextBuilder Append(char template, int count = 1)
    {
        if (count <= 0)
            return this;
        RenderingBudget.Current.TakeCharacters(count);
        text.Append(template, count);
        return this;
    }

    /// <summary>Appends text that comes from the data if <paramref name="isData"/>.</summary>
    public TextBuilder Append(string piece, bool isData)
    {
        int start = text.Length;
        Append(piece);
        if (isData)
            AddSpan(start, text.Length);
        return this;
    }

    /// <summary>Appends a text with its origins.</summary>
    public TextBuilder Append(TextValue value) => Append(value, 0, value.Text.Length);

    /// <summary>Appends a piece of a text with its origins.</summary>
    public TextBuilder Append(TextValue value, int start, int length)
    {
        int at = text.Length;
        RenderingBudget.Current.TakeCharacters(length);
        text.Append(value.Text, start, length);
        if (value.Data.Any)
        {
            foreach (TextSpan span in value.Data.Slice(start, length).All)
                AddSpan(at + span.Start, at + span.End);
        }

        return this;
    }

    /// <summary>Returns the text.</summary>
    public TextValue ToValue() => new(text.ToString(), new([.. data]));

    private void AddSpan(int start, int end)
    {
        if (start == end)
            return;
        if (data.Count > 0 && data[^1].End == start)
            data[^1] = new(data[^1].Start, end);
        else
            data.Add(new(start, end));
    }
}
