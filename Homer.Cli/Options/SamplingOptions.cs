using System.CommandLine;
using Homer.Engine.Generation;

namespace Homer.Cli.Options;

/// <summary>The options of commands that write text.</summary>
internal sealed class SamplingOptions
{
    private readonly Option<int> maxTokens;
    private readonly Option<float> temperature = new("--temperature") { Description = "0 takes the most probable token", DefaultValueFactory = _ => 0, HelpName = "X" };
    private readonly Option<int> topK = new("--top-k") { Description = "Draw from the K most probable tokens; 0 for all", HelpName = "K" };
    private readonly Option<float> topP = new("--top-p") { Description = "Draw from the fewest tokens whose probabilities sum to P", DefaultValueFactory = _ => 1, HelpName = "P" };
    private readonly Option<float> minP = new("--min-p") { Description = "Draw from tokens at least P times as probable as the best", HelpName = "P" };
    private readonly Option<float> penalty = new("--repetition-penalty") { Description = "More than 1 discourages recent tokens", DefaultValueFactory = _ => 1, HelpName = "X" };
    private readonly Option<string[]> stop = new("--stop") { Description = "End before this text; may be given more than once", HelpName = "TEXT" };
    private readonly Option<float> confidence = new("--confidence")
    {
        Description = "Read again where the most probable token is less probable than P; 0 for never",
        DefaultValueFactory = _ => new GenerationOptions().Confidence,
        HelpName = "P",
    };

    private readonly Option<int> seed = new("--seed") { Description = "Fixes all random choices", HelpName = "N" };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="maxTokensByDefault">New tokens where the command line does not say.</param>
    /// <param name="rereads">Whether the command can read again what it answers from.</param>
    public SamplingOptions(Command command, int maxTokensByDefault, bool rereads = false)
    {
        maxTokens = new("--max-tokens") { Description = "The most new tokens", DefaultValueFactory = _ => maxTokensByDefault, HelpName = "N" };
        foreach (Option option in new Option[] { maxTokens, temperature, topK, topP, minP, penalty, stop, seed })
            command.Add(option);
        if (rereads)
            command.Add(confidence);
    }

    public Option<int> Seed => seed;

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
