using System.Text.Json;
using System.Text.Json.Nodes;
using Homer.Engine.Models;
using Homer.Engine.Templates;
using Homer.Engine.Tokenizers;

namespace Homer.Engine.Doctor;

/// <summary>Finds the tokens that end answers, and whether what the chat template writes after an answer is among them.</summary>
internal sealed class StopTokensCheck() : Check("stop tokens")
{
    private const string Answer = "xqhomeranswerz29463718";
    private const string Remedy = "name it in eos_token_id of generation_config.json, or give ask --stop TEXT";

    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        if (model.Tokenizer is not { } tokenizer || model.Config is not { } config)
            return Skipped(model.Config is null ? "settings" : "a tokenizer");
        HashSet<int> ends = [.. config.EndOfSequence];
        if (tokenizer.EndOfSequence is { } end)
            ends.Add(end);
        if (ends.Count == 0)
            return Warning("there are none, so that answers end at --max-tokens alone", Remedy);
        string seen = string.Join(", ", ends.Order().Select(id => VocabularyFit.Describe(id, tokenizer)));
        return AfterAnswer(model.Path, tokenizer) is { } mark && !ends.Contains(mark)
            ? Warning(
                $"{seen}, but the chat template writes {VocabularyFit.Describe(mark, tokenizer)} after an answer, "
                + "which is not among them", Remedy)
            : Ok(seen);
    }

    /// <summary>Returns the mark that the chat template writes after an answer; null where it writes none.</summary>
    private static int? AfterAnswer(string model, ITokenizer tokenizer)
    {
        try
        {
            ChatTemplates templates = ChatTemplates.Read(model);
            if (templates.Names.Count == 0)
                return null;
            var conversation = new JsonObject
            {
                ["messages"] = new JsonArray(Message("user", "?"), Message("assistant", Answer)),
                ["add_generation_prompt"] = false,
            };
            RenderedChat chat = templates.Render(JsonSerializer.SerializeToElement(conversation));
            int at = chat.Text.LastIndexOf(Answer, StringComparison.Ordinal);
            if (at < 0)
                return null;
            int[] after = ModelPrompt.Encode(tokenizer, chat.Slice((at + Answer.Length)..));
            return after is [var first, ..] && tokenizer.IsSpecial(first) ? first : null;
        }
        catch (HomerException)
        {
            // The check of the template says what is wrong with it; many refuse such a conversation rightly.
            return null;
        }
    }

    private static JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };
}
