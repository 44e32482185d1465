using System.Globalization;
using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Models;

/// <summary>
/// generation_config.json of a model folder: the ends of sequence beside those of config.json, and what it asks of generation. Sampling is
/// set by the caller alone, so that the same call gives the same answer whatever the folder recommends; what Homer does not do is named.
/// </summary>
/// <param name="EndOfSequence">The ids that end a text (eos_token_id).</param>
/// <param name="Recommended">The settings of sampling that it recommends, each with its value; not taken.</param>
/// <param name="Unsupported">The names of settings with an effect that Homer does not have.</param>
internal sealed record GenerationConfig(
    IReadOnlyList<int> EndOfSequence, IReadOnlyList<string> Recommended, IReadOnlyList<string> Unsupported)
{
    public const string FileName = "generation_config.json";

    // Recommended settings and the values with which they change nothing.
    private static readonly (string Name, double Neutral)[] Sampling =
        [("temperature", 1), ("top_k", 0), ("top_p", 1), ("min_p", 0), ("repetition_penalty", 1)];

    // Settings of number that Homer does not have, and the values with which they change nothing.
    private static readonly (string Name, double Neutral)[] Numbers =
    [
        ("num_beams", 1), ("num_beam_groups", 1), ("no_repeat_ngram_size", 0), ("encoder_no_repeat_ngram_size", 0),
        ("encoder_repetition_penalty", 1), ("diversity_penalty", 0), ("penalty_alpha", 0), ("typical_p", 1), ("epsilon_cutoff", 0),
        ("eta_cutoff", 0), ("guidance_scale", 1), ("min_length", 0), ("min_new_tokens", 0), ("top_h", 0),
    ];

    // Settings that have an effect wherever they have a value.
    private static readonly string[] Others =
    [
        "suppress_tokens", "begin_suppress_tokens", "forced_bos_token_id", "forced_eos_token_id", "forced_decoder_ids", "bad_words_ids",
        "force_words_ids", "constraints", "sequence_bias", "exponential_decay_length_penalty", "stop_strings", "watermarking_config",
    ];

    /// <summary>Reads the file; a folder may be without it.</summary>
    /// <exception cref="HomerException">The file is broken.</exception>
    public static GenerationConfig Read(string modelFolder)
    {
        string path = Path.Combine(modelFolder, FileName);
        return File.Exists(path) ? JsonFile.Read(path, json => Read(path, json)) : new([], [], []);
    }

    private static GenerationConfig Read(string path, JsonElement json)
    {
        var file = new ConfigReader(path, json);
        IReadOnlyList<int> ends = file.Integers("eos_token_id");
        string[] recommended = [.. Sampling.Where(Changes).Select(
            setting => string.Create(CultureInfo.InvariantCulture, $"{setting.Name} {json.GetProperty(setting.Name).GetDouble()}"))];
        return new(ends, recommended, [.. Numbers.Where(Changes).Select(setting => setting.Name), .. Others.Where(HasValue)]);

        bool Changes((string Name, double Neutral) setting)
        {
            if (!file.Has(setting.Name))
                return false;
            double number = setting.Neutral;
            JsonElement value = json.GetProperty(setting.Name);
            bool isNumber = value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out number);
            file.Require(isNumber || SettingNames.IsNoBound(value), $"{setting.Name} must be a number");
            return isNumber && number != setting.Neutral;
        }

        bool HasValue(string name) => json.TryGetProperty(name, out JsonElement value)
            && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False)
            && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
    }
}
