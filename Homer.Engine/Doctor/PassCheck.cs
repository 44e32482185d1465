using System.Diagnostics;
using System.Globalization;
using Homer.Engine.Contexts;
using Homer.Engine.Files;
using Homer.Engine.Models;

namespace Homer.Engine.Doctor;

/// <summary>Takes a few tokens through the whole model, whose logits must be finite.</summary>
internal sealed class PassCheck() : Check("one token")
{
    private const string Text = "The capital of France is";

    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        if (model.Loaded is not { } loaded)
            return Skipped("a loaded model");
        ModelConfig config = loaded.Config;
        int[] text = model.Tokenizer?.Encode(Text, beginOfSequence: true, cancellation) ?? [];
        bool isText = text.Length > 0 && text.Length <= config.Window && Array.TrueForAll(text, config.IsInVocabulary);
        int[] ids = isText ? text : [0];
        long start = Stopwatch.GetTimestamp();
        using KvContext context = KvContext.Create(loaded, config.RopeScaling, ids.Length);
        context.Append(ids, cancellation: cancellation);
        float[] logits = context.ReadLogits();
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        model.Runs = true;
        int next = Array.IndexOf(logits, logits.Max());
        string told = isText && model.Tokenizer!.TokenText(next) is not null
            ? $"; after {Quoted.Text(Text)} comes {Quoted.Text(model.Tokenizer.Decode([next], skipSpecial: false))}"
            : "";
        return Ok(string.Create(
            CultureInfo.InvariantCulture,
            $"{ids.Length} {(ids.Length == 1 ? "token" : "tokens")} through {config.Layers} layers in {time.TotalSeconds:0.00} s, "
            + $"all {logits.Length:N0} logits are finite{told}"));
    }
}
