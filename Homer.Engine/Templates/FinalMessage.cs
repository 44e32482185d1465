using System.Text.Json;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates;

/// <summary>The last message of a conversation, which the model shall go on with instead of beginning one of its own.</summary>
internal static class FinalMessage
{
    /// <summary>Returns the rendered text up to the end of the last message, as the library transformers cuts it.</summary>
    /// <exception cref="HomerException">There is no such message, or the template left it out.</exception>
    public static TextValue CutAfter(TextValue rendered, JsonElement messages)
    {
        string message = Content(messages);
        string trimmed = PythonStrip(message, left: true, right: true), begun = PythonStrip(message, left: true, right: false);
        int at = rendered.Text.LastIndexOf(trimmed, StringComparison.Ordinal);
        if (at < 0)
            throw new HomerException("The last message is to be continued, but the chat template does not write it out; leave that out.");
        // A template that keeps the white space at the end of a message keeps it here too.
        bool keepsSpace = string.CompareOrdinal(rendered.Text, at, message, 0, message.Length) == 0 && begun == message;
        return rendered.Piece(0, at + (keepsSpace ? begun : trimmed).Length);
    }

    private static string Content(JsonElement messages)
    {
        if (messages.GetArrayLength() > 0 && messages[messages.GetArrayLength() - 1] is { ValueKind: JsonValueKind.Object } last
            && last.TryGetProperty("content", out JsonElement content))
        {
            if (content.ValueKind == JsonValueKind.String)
                return content.GetString()!;
            if (content.ValueKind == JsonValueKind.Array)
            {
                // The last block with text.
                foreach (JsonElement block in content.EnumerateArray().Reverse())
                {
                    if (block.ValueKind == JsonValueKind.Object && block.TryGetProperty("text", out JsonElement text)
                        && text.ValueKind == JsonValueKind.String)
                    {
                        return text.GetString()!;
                    }
                }
            }
        }

        throw new HomerException("The last message is to be continued, but has no text; leave that out.");
    }

    private static string PythonStrip(string text, bool left, bool right) => TextMethods.Strip(new TextValue(text), null, left, right).Text;
}
