using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

/// <summary>generation_config.json beside config.json, whose only end of sequence is 2 unless a test says otherwise.</summary>
public sealed class GenerationConfigTests : DeviceTests
{
    private const string FileName = GenerationConfig.FileName;

    [Theory]
    [InlineData("2", """{"eos_token_id":[2,32,7]}""", "2,32,7")]
    [InlineData("2", """{"eos_token_id":5}""", "2,5")]
    [InlineData("[2,3]", """{"eos_token_id":[3,null,4]}""", "2,3,4")]
    [InlineData("2", """{"eos_token_id":[]}""", "2")]
    [InlineData("2", """{"eos_token_id":null}""", "2")]
    [InlineData("null", """{"eos_token_id":9}""", "9")]
    [InlineData("2", "{}", "2")]
    [InlineData("[2,-1]", """{"eos_token_id":-1}""", "2")]
    [InlineData("2", "\ufeff{\"eos_token_id\":6}", "2,6")]
    [InlineData("2", """{"do_sample":false,"temperature":null,"top_p":null,"top_k":null,"_from_model_config":true}""", "2")]
    [InlineData("2", """{"do_sample":true,"temperature":0}""", "2")]
    [InlineData("2", """{"do_sample":true,"top_k":0,"temperature":0.6}""", "2")]
    [InlineData("2", """{"max_length":20}""", "2")]
    public void Ends_are_those_of_both_files(string config, string generation, string ends)
    {
        ModelConfig read = Read(config, generation);
        Assert.Equal(ends, string.Join(',', read.EndOfSequence));
        Assert.Empty(read.Notes);
    }

    [Theory]
    [InlineData("""{"eos_token_id":[2,999999]}""", "names 999999")]
    [InlineData("""{"suppress_tokens":[5,6]}""", "suppress_tokens")]
    [InlineData("""{"forced_bos_token_id":4,"forced_eos_token_id":2}""", "forced_bos_token_id, forced_eos_token_id")]
    [InlineData("""{"no_repeat_ngram_size":2,"encoder_repetition_penalty":1.0}""", "asks for no_repeat_ngram_size, which")]
    [InlineData("""{"num_beams":4}""", "num_beams")]
    [InlineData("""{"repetition_penalty":1.05}""", "repetition_penalty 1.05")]
    public void What_is_not_done_is_named(string generation, string word)
    {
        ModelConfig read = Read("2", generation);
        Assert.Equal([2], read.EndOfSequence);
        Assert.Contains(word, Assert.Single(read.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "JSON object")]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"eos_token_id":"2"}""", "eos_token_id")]
    [InlineData("""{"a":"\udfff"}""", "not Unicode")]
    public void A_broken_file_is_refused(string generation, string word) => Refused.With(word, () => Read("2", generation));

    [Fact]
    public void Generation_stops_at_the_end_of_either_file_and_of_the_tokenizer()
    {
        using var copy = new CopiedModel();
        string folder = copy.Patch("""{"eos_token_id":null}""").Save();
        ComputeDevice device = Open("cpu");
        int[] all = Generate(device, folder, null, out FinishReason? reason);
        Assert.Equal(FinishReason.Length, reason);
        int last = Array.FindIndex(all, token => token != all[0]);

        Assert.Equal(all[..last], Generate(device, folder, all[last], out reason));
        Assert.Equal(FinishReason.Stop, reason);
        File.WriteAllText(Path.Combine(folder, FileName), $$"""{"eos_token_id":[{{all[last]}}],"max_length":2}""");
        Assert.Equal(all[..last], Generate(device, folder, null, out reason));
        Assert.Equal(FinishReason.Stop, reason);
    }

    private static int[] Generate(ComputeDevice device, string folder, int? end, out FinishReason? reason)
    {
        using var model = TransformerModel.Load(folder, device);
        using KvContext context = KvContext.Create(model, RopeScaling.None, 20);
        context.Append([1, 2, 3]);
        using var generator = new Generator(model, new() { MaxTokens = 12 }, end);
        int[] all = [.. generator.Generate(context)];
        reason = generator.FinishReason;
        return all;
    }

    private static ModelConfig Read(string config, string generation)
    {
        using CopiedModel copy = new CopiedModel().Patch($$"""{"eos_token_id":{{config}}}""");
        string folder = copy.Save();
        File.WriteAllText(Path.Combine(folder, FileName), generation);
        return ModelFolder.ReadConfig(folder);
    }
}
