using System.CommandLine;
using System.Globalization;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Files;
using Homer.Engine.Generation;

namespace Homer.Cli.Options;

/// <summary>The options of commands that generate text.</summary>
internal sealed class SamplingOptions
{
    private readonly Option<int> maxTokens;

    private readonly Option<float> temperature = new Option<float>("--temperature")
    {
        Description = "Temperature of sampling; 0 takes the most probable token",
        DefaultValueFactory = _ => 0,
        HelpName = "X",
    }.Numbers("a number of at least 0", number => number >= 0);

    private readonly Option<int> topK = new Option<int>("--top-k")
    {
        Description = "Draw from the K most probable tokens; 0 for all [default: 0]",
        HelpName = "K",
    }.AtLeast(0);

    private readonly Option<float> topP = new Option<float>("--top-p")
    {
        Description = "Draw from the fewest tokens whose probabilities sum to P",
        DefaultValueFactory = _ => 1,
        HelpName = "P",
    }.Numbers("a number above 0 and at most 1", number => number is > 0 and <= 1);

    private readonly Option<float> minP = new Option<float>("--min-p")
    {
        Description = "Draw from tokens at least P times as probable as the most probable one [default: 0]",
        HelpName = "P",
    }.Numbers("a number from 0 to 1", number => number is >= 0 and <= 1);

    private readonly Option<float> penalty = new Option<float>("--repetition-penalty")
    {
        Description = "Penalty of tokens that occurred recently; 1 for none",
        DefaultValueFactory = _ => 1,
        HelpName = "X",
    }.Numbers("a number above 0", number => number > 0);

    private readonly Option<string[]> stop = new("--stop")
    {
        Description = "End before this text; may be given several times",
        HelpName = "TEXT",
    };

    private readonly Option<float> confidence = new Option<float>("--confidence")
    {
        Description = "Read the document again before a token whose probability is below P; 0 for never",
        DefaultValueFactory = _ => new GenerationOptions().Confidence,
        HelpName = "P",
    }.Numbers("a probability from 0 to 1", number => number is >= 0 and <= 1);

    private readonly Option<int> readings = new Option<int>("--readings")
    {
        Description = "Most times that the document is read again for one answer, each as long as the first at most",
        DefaultValueFactory = _ => new GenerationOptions().MostReadings,
        HelpName = "N",
    }.AtLeast(0);

    private readonly Option<string?> think = new("--think")
    {
        Description = "Most tokens of the thought before an answer, for models that think, or off for none "
            + $"[default: as the model does, {Thinking.DefaultBudget} at most]",
        HelpName = "off|N",
    };

    private readonly Option<int> seed = new Option<int>("--seed")
    {
        Description = "Seed of all random choices [default: 0]",
        HelpName = "N",
    }.Numbers("a whole number", _ => true);

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="maxTokensByDefault">The default of <c>--max-tokens</c>.</param>
    /// <param name="rereads">Whether the command can read the document again, so that <c>--confidence</c> applies.</param>
    public SamplingOptions(Command command, int maxTokensByDefault, bool rereads = false)
    {
        maxTokens = new Option<int>("--max-tokens")
        {
            Description = "Maximum number of new tokens",
            DefaultValueFactory = _ => maxTokensByDefault,
            HelpName = "N",
        }.Numbers(
            $"a number of new tokens from 1 to {GenerationOptions.MostTokens}",
            number => number is >= 1 and <= GenerationOptions.MostTokens);
        foreach (Option option in new Option[] { maxTokens, temperature, topK, topP, minP, penalty, stop, seed })
            command.Add(option);
        if (rereads)
        {
            command.Add(confidence);
            command.Add(readings);
            command.Add(think);
        }
    }

    /// <summary>The option of the seed, which other options of the command may share.</summary>
    public Option<int> Seed => seed;

    /// <summary>
    /// Sets the budget of thoughts, and returns the options with them: shown on stderr as they come, apart from the answer.
    /// </summary>
    /// <exception cref="UsageException">The value is impossible, or the model does not think.</exception>
    public GenerationOptions Think(ParseResult parsed, HomerEngine engine, GenerationOptions options)
    {
        string? value = parsed.GetValue(think);
        engine.ThinkingBudget = Budget(value);
        Thinking? thinking = engine.Prompt.Thinking;
        if (thinking is null && engine.ThinkingBudget > 0)
            throw new UsageException("--think gives a budget to a model that does not think before it answers; leave it out.");
        return options with { Thinking = thinking is null ? null : thinking with { Show = parsed.WantsJson() ? null : Terminal.Thought } };
    }

    private static int? Budget(string? value) => value switch
    {
        null => null,
        "off" => 0,
        _ when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int budget)
            && budget <= GenerationOptions.MostTokens / 2 => budget,
        _ => throw new UsageException($"--think takes off or a number of tokens, not {Quoted.Text(value)}."),
    };

    /// <summary>Returns the options' values.</summary>
    /// <exception cref="UsageException">A value is impossible.</exception>
    public GenerationOptions Read(ParseResult parsed)
    {
        var options = new GenerationOptions
        {
            MaxTokens = parsed.GetValue(maxTokens),
            Confidence = parsed.GetValue(confidence),
            MostReadings = parsed.GetValue(readings),
            Stop = parsed.GetValue(stop) ?? [],
            Sampling = new()
            {
                Temperature = parsed.GetValue(temperature),
                TopK = parsed.GetValue(topK),
                TopP = parsed.GetValue(topP),
                MinP = parsed.GetValue(minP),
                RepetitionPenalty = parsed.GetValue(penalty),
                Seed = parsed.GetValue(seed),
            },
        };
        try
        {
            options.Validate();
            return options;
        }
        catch (HomerException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
