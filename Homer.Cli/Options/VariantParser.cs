using System.CommandLine;
using Homer.Engine;
using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation;
using Homer.Engine.Files;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Reading;

namespace Homer.Cli.Options;

/// <summary>
/// Parses variants, which evaluations compare: a method, optionally followed by a colon and settings with commas between them, as in
/// <c>homer:paper,pooling=5,reread</c>. A setting is one of the method's own (see <c>homer methods</c>), or the name of an option of the
/// merging commands, with its value after an equals sign; <c>paper</c>, <c>best</c> and <c>instruct</c> are presets. Settings that are not
/// given are as in <c>homer ask</c>.
/// </summary>
internal sealed class VariantParser
{
    private readonly Command command = new("variant");
    private readonly MergingOptions merging;

    public VariantParser() => merging = new(command);

    /// <summary>Parses variants, of which no two may be the same.</summary>
    /// <exception cref="UsageException">A variant is given twice, a method or setting is unknown, or a value cannot be read.</exception>
    public IReadOnlyList<Func<HomerEngine, Variant>> ParseAll(IReadOnlyList<string> texts) =>
        texts.GroupBy(text => text).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new UsageException($"--method {twice.Key} is given twice; name each variant once.")
            : [.. texts.Select(Parse)];

    /// <summary>Parses a variant; the settings that depend on the model are filled in once it is loaded.</summary>
    /// <exception cref="UsageException">The method or a setting is unknown, or a value cannot be read.</exception>
    public Func<HomerEngine, Variant> Parse(string text)
    {
        string[] parts = text.Split(':', 2);
        IContextMethod method = Usage(() => ContextMethods.Find(parts[0]));
        string[] given = parts.Length == 1 ? [] : parts[1].Split(',');
        ILookup<bool, string> settings = given.ToLookup(setting => IsOwn(method, setting.Split('=')[0]));
        var choice = new MethodChoice(method, new Dictionary<string, string>());
        if (settings[true].Any())
            choice = Usage(() => MethodChoice.Parse($"{method.Name}:{string.Join(',', settings[true])}"));
        _ = Usage(() => choice.Configured);
        ParseResult parsed = command.Parse([.. settings[false].SelectMany(Arguments)]);
        if (parsed.Errors.Count > 0)
        {
            string error = parsed.Errors[^1].Message.ReplaceLineEndings(" ").TrimEnd('.');
            throw new UsageException(
                $"{Quoted.Text(text)} is not a variant: {error}; see homer methods, and homer ask --help for the settings of merging.");
        }

        if (EffectTable.FindIdle(parsed, choice) is { } idle)
            throw new UsageException($"{Quoted.Text(text)} is not a variant: {idle}");

        return engine => new(text, Calibrated(parsed, engine, choice.Over(merging.Read(parsed, engine.Prompt.Preset))))
        {
            RopeScaling = merging.Scaling(parsed, engine.Model.Config),
            CacheType = merging.Storage(parsed),
        };
    }

    // The settings of methods that merge are options of the command as well, with presets and switches.
    private bool IsOwn(IContextMethod method, string name) =>
        method.Settings.Any(own => own.Name == name)
        && !(method is ContextMethod<HomerOptions> && command.Options.Any(option => option.Name == $"--{name}"));

    private static T Usage<T>(Func<T> find)
    {
        try
        {
            return find();
        }
        catch (HomerException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static string[] Arguments(string setting) => setting.Split('=', 2) switch
    {
        ["paper" or "best" or "instruct"] => ["--preset", setting],
        [{ Length: > 0 } name] => [$"--{name}"],
        [{ Length: > 0 } name, { Length: > 0 } value] => [$"--{name}", value],
        _ => throw new UsageException($"'{setting}' is not a setting; write name=value, or a name alone for a switch."),
    };

    private IContextMethod Calibrated(ParseResult parsed, HomerEngine engine, IContextMethod method)
    {
        if (merging.WithoutCalibration(parsed) || method is not ICalibratedMethod calibrated)
            return method;
        if (merging.CalibrationPath(parsed) is not { } path)
            return engine.Calibrated(method);
        var table = CalibrationTable.Read(path);
        if (table.RequireOf(engine.Model) is { } warning)
            engine.Warn?.Invoke(warning);
        return calibrated.WithCalibration(table);
    }
}
