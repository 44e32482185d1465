using System.Globalization;
using Homer.Engine.Files;
using Homer.Engine.Templates;

namespace Homer.Engine.Doctor;

/// <summary>Renders a question about a document, and a second one, by the model's chat template or its own words.</summary>
internal sealed class TemplateCheck() : Check("template")
{
    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        if (!model.IsReadable)
            return Skipped("files");
        PromptTemplate words = PromptTemplate.Read(model.Path);
        if (PromptTemplate.IsOf(model.Path))
            return Ok($"none is needed: {PromptTemplate.FileName} has the words around document and question");
        ChatTemplates templates = ChatTemplates.Read(model.Path);
        if (templates.Names.Count == 0 && model is { Files: null, Tokenizer: null })
            return Skipped("files");
        if (templates.Names.Count == 0)
            return Ok($"there is none; questions are asked in plain words, {Quoted.Text(words.Question)}");
        foreach (bool withTools in new[] { false, true })
            _ = templates.Choose(withTools);
        var chat = new ChatPrompt(templates);
        (RenderedChat before, _, RenderedChat question) = chat.Render(ChatPrompt.Instructions, [], "?");
        chat.Render(ChatPrompt.Instructions, [("?", "An answer.")], "?");
        string names = string.Join(", ", templates.Names.Select(Quoted.Text));
        int around = model.Tokenizer is { } tokenizer
            ? ModelPrompt.Encode(tokenizer, before).Length + ModelPrompt.Encode(tokenizer, question).Length
            : 0;
        string size = around > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {around:N0} tokens around a document") : "";
        return Ok($"{names}; a question and a further one are rendered{size}");
    }
}
