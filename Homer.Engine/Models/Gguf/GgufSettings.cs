using Homer.Engine.Files;
using Homer.Engine.Weights.Gguf;

namespace Homer.Engine.Models.Gguf;

/// <summary>
/// The keys of a GGUF file that describe its model, <c>ARCHITECTURE.name</c>. It keeps account of those that were read, so that a setting
/// which nobody understands is refused instead of ignored.
/// </summary>
/// <param name="keys">The metadata.</param>
/// <param name="architecture">The value of general.architecture.</param>
internal sealed class GgufSettings(GgufKeys keys, string architecture)
{
    // Parts of names that change what a model computes.
    private static readonly string[] RelevantWords =
        ["rope", "attention", "attn", "expert", "scale", "scaling", "softcap", "window", "swa", "norm", "residual", "ssm"];

    // Keys with such a word that say nothing new, or nothing about the model that Homer runs.
    private static readonly HashSet<string> Harmless =
        ["rope.scaling.finetuned", "expert_used_count", "rope.scaling.orig_ctx_len", "attention.causal"];

    private readonly HashSet<string> read = [];

    /// <summary>Returns the full name of a key.</summary>
    public string Key(string name) => $"{architecture}.{name}";

    /// <summary>Returns the error of a key whose value is wrong.</summary>
    public HomerException Invalid(string name, string what) => keys.Invalid(Key(name), what);

    /// <summary>Reads an integer, which must be there.</summary>
    public long Integer(string name) => OptionalInteger(name) ?? throw Missing(name);

    /// <summary>Reads an integer; null where there is none.</summary>
    public long? OptionalInteger(string name)
    {
        long? value = keys.Integer(Read(name));
        return value is null or >= 0 ? value : throw Invalid(name, $"is {value}, which must not be negative");
    }

    /// <summary>Reads a number, which must be there.</summary>
    public double Number(string name) => OptionalNumber(name) ?? throw Missing(name);

    /// <summary>Reads a number; null where there is none.</summary>
    public double? OptionalNumber(string name) => keys.Number(Read(name));

    /// <summary>Reads a text; null where there is none.</summary>
    public string? OptionalText(string name) => keys.Text(Read(name));

    /// <summary>Reads a list of integers or flags; null where there is none, or a single value.</summary>
    public IReadOnlyList<long>? OptionalList(string name) => keys.Integers(Read(name));

    /// <summary>Refuses keys that nobody has read and that look as if they changed results, unless they are 0 or false.</summary>
    /// <exception cref="HomerException">There is one.</exception>
    public void RefuseUnread()
    {
        string prefix = architecture + ".";
        foreach (string key in keys.Names.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            string name = key[prefix.Length..];
            bool isRelevant = RelevantWords.Any(word => name.Contains(word, StringComparison.Ordinal)) && !Harmless.Contains(name);
            if (!read.Contains(name) && isRelevant && !IsZero(key))
            {
                throw new HomerException(
                    $"'{keys.Path}' has the setting {Quoted.Text(key)}, which Homer does not know and which may change results.");
            }
        }
    }

    private bool IsZero(string key)
    {
        try
        {
            return keys.Number(key) == 0;
        }
        catch (HomerException)
        {
            try
            {
                return keys.Integer(key) == 0;
            }
            catch (HomerException)
            {
                return false;
            }
        }
    }

    private HomerException Missing(string name) => new($"'{keys.Path}' lacks the key {Quoted.Text(Key(name))}; export the model again.");

    private string Read(string name)
    {
        read.Add(name);
        return Key(name);
    }
}
