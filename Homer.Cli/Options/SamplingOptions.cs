using System.CommandLine;
using Homer.Engine.Generation;

namespace Homer.Cli.Options;

/// <summary>The options of commands that generate text.</summary>
internal sealed class SamplingOptions
{
    private readonly Option<int> maxTokens;

    private readonly Option<float> temperature = new("--temperature")
    {
        Description = "Temperature of sampling; 0 takes the most probable token",
        DefaultValueFactory = _ => 0,
        HelpName = "X",
    };

    private readonly Option<int> topK = new("--top-k")
    {
        Description = "Draw from the K most probable tokens; 0 for all [default: 0]",
        HelpName = "K",
    };

    private readonly Option<float> topP = new("--top-p")
    {
        Description = "Draw from the fewest tokens whose probabilities sum to P",
        DefaultValueFactory = _ => 1,
        HelpName = "P",
    };

    private readonly Option<float> minP = new("--min-p")
    {
        Description = "Draw from tokens at least P times as probable as the most probable one [default: 0]",
        HelpName = "P",
    };

    private readonly Option<float> penalty = new("--repetition-penalty")
    {
        Description = "Penalty of tokens that occurred recently; 1 for none",
        DefaultValueFactory = _ => 1,
        HelpName = "X",
    };

    private readonly Option<string[]> stop = new("--stop")
    {
        Description = "End before this text; may be given several times",
        HelpName = "TEXT",
    };

    private readonly Option<float> confidence = new("--confidence")
    {
        Description = "Read the document again before a token whose probability is below P; 0 for never",
        DefaultValueFactory = _ => new GenerationOptions().Confidence,
        HelpName = "P",
    };

    private readonly Option<int> seed = new("--seed") { Description = "Seed of all random choices [default: 0]", HelpName = "N" };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="maxTokensByDefault">The default of <c>--max-tokens</c>.</param>
    /// <param name="rereads">Whether the command can read the document again, so that <c>--confidence</c> applies.</param>
    public SamplingOptions(Command command, int maxTokensByDefault, bool rereads = false)
    {
        maxTokens = new("--max-tokens")
        {
            Description = "Maximum number of new tokens",
            DefaultValueFactory = _ => maxTokensByDefault,
            HelpName = "N",
        };
        foreach (Option option in new Option[] { maxTokens, temperature, topK, topP, minP, penalty, stop, seed })
            command.Add(option);
        if (rereads)
            command.Add(confidence);
    }

    /// <summary>The option of the seed, which other options of the command may share.</summary>
    public Option<int> Seed => seed;

    /// <summary>Returns the options' values.</summary>
    /// <exception cref="UsageException">A value is impossible.</exception>
    public GenerationOptions Read(ParseResult parsed)
    {
        var options = new GenerationOptions
        {
            MaxTokens = parsed.GetValue(maxTokens),
            Confidence = parsed.GetValue(confidence),
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
