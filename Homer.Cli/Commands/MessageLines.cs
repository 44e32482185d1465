using System.Globalization;
using System.Text.Json;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Templates;
using Homer.Engine.Tokenizers;

namespace Homer.Cli.Commands;

/// <summary>Renders and encodes files of conversations, one JSON object a line.</summary>
internal static class MessageLines
{
    /// <summary>Writes the prompt and the ids of each conversation, or why there are none.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="templates">The model's chat templates.</param>
    /// <param name="path">The file; <c>-</c> for standard input.</param>
    /// <param name="now">The time that templates tell; null for the present.</param>
    public static void Write(ITokenizer tokenizer, ChatTemplates templates, string path, DateTime? now)
    {
        using TextReader reader = InputFile.LinesOf(path);
        while (reader.ReadLine() is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
                Terminal.WriteJsonLine(Convert(tokenizer, templates, line, now));
        }
    }

    private static object Convert(ITokenizer tokenizer, ChatTemplates templates, string line, DateTime? now)
    {
        try
        {
            using var json = JsonDocument.Parse(line, new() { MaxDepth = 512 });
            RenderedChat chat = templates.Render(json.RootElement, now);
            return new { Prompt = chat.Text, Ids = ModelPrompt.Encode(tokenizer, chat) };
        }
        catch (ChatTemplateException e)
        {
            return new { Error = e.Reason };
        }
        catch (HomerException e)
        {
            return new { Error = e.Message };
        }
        catch (JsonException e)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"byte {e.BytePositionInLine}");
            return new { Error = $"The line is not a JSON object ({place}); write a conversation a line." };
        }
        catch (InvalidOperationException)
        {
            // JsonElement has no other way to say that a string escapes half of a surrogate pair.
            return new { Error = "The conversation has a string that is not Unicode text." };
        }
    }
}
