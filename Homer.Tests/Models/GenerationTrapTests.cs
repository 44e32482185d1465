using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

/// <summary>Rows 89 and 97 of <c>shared/traps</c>: one model with a dozen forms of generation_config.json.</summary>
public sealed class GenerationTrapTests : DeviceTests
{
    private const string Folder = "traps/generation-config-forms";
    private const string Prefix = "generation_config.";

    // The ends that each form leads to, and the words of its notes. Sampling is the caller's in all of them.
    private static readonly Dictionary<string, (int[] Ends, string[] Notes)> Forms = new()
    {
        ["beams"] = ([2], ["num_beams"]),
        ["eos-beyond-vocabulary"] = ([2], ["999999"]),
        ["eos-empty-list"] = ([2], []),
        ["eos-list"] = ([2, 32, 7], []),
        ["eos-null"] = ([2], []),
        ["forced"] = ([2], ["forced_bos_token_id", "forced_eos_token_id"]),
        ["greedy-with-temperature"] = ([2], []),
        ["max-length-20"] = ([2], []),
        ["nulls"] = ([2], []),
        ["penalties"] = ([2], ["no_repeat_ngram_size", "repetition_penalty 1.05"]),
        ["suppress"] = ([2], ["suppress_tokens", "begin_suppress_tokens", "bad_words_ids", "min_new_tokens"]),
        ["temperature-zero-sampled"] = ([2], []),
        ["top-k-zero"] = ([2], []),
    };

    public static TheoryData<string> Names => [.. Forms.Keys];

    [Fact]
    public void Every_form_has_a_test()
    {
        string[] files = Directory.GetFiles(SharedData.Require(Folder), Prefix + "*.json");
        Assert.Equal(Forms.Keys.Order(), files.Select(file => Path.GetFileName(file)[Prefix.Length..^".json".Length]).Order());
    }

    [Theory, MemberData(nameof(Names))]
    public void A_form_gives_its_ends_and_says_what_is_not_done(string name)
    {
        string from = SharedData.Require(Folder);
        using var folder = new TemporaryFolder();
        foreach (string file in new[] { "config.json", "model.safetensors" })
            File.Copy(Path.Combine(from, file), folder[file]);
        ComputeDevice device = Open("cpu");
        int[] alone = Generate(device, folder.Path);

        File.Copy(Path.Combine(from, $"{Prefix}{name}.json"), folder[GenerationConfig.FileName]);
        (int[] ends, string[] notes) = Forms[name];
        ModelConfig config = ModelFolder.ReadConfig(folder.Path);
        Assert.Equal(ends, config.EndOfSequence);
        Assert.Equal(notes.Length == 0, config.Notes.Count == 0);
        Assert.All(notes, word => Assert.Contains(config.Notes, note => note.Contains(word, StringComparison.Ordinal)));
        // Greedy like the model without the file, up to the first of its ends, and not of 20 tokens at most.
        Assert.Equal(alone.TakeWhile(token => !ends.Contains(token)), Generate(device, folder.Path));
    }

    private static int[] Generate(ComputeDevice device, string folder)
    {
        using var model = TransformerModel.Load(folder, device);
        using KvContext context = KvContext.Create(model, RopeScaling.None, 64);
        context.Append([1, 5, 9]);
        using var generator = new Generator(model, new() { MaxTokens = 48 });
        return [.. generator.Generate(context)];
    }
}
