using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Homer.Engine.Files;

namespace Homer.Engine.Evaluation.Trials;

/// <summary>
/// A log of trials, kept in a file so that an interrupted run can continue. The file has the format JSON Lines: first the settings, then
/// the trials, and before the trials of a command that command. Every line is flushed at once. An incomplete last line is dropped when the
/// file is opened again.
/// </summary>
public sealed class TrialLog : IDisposable
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        AllowDuplicateProperties = false,
    };

    private const string CommandLine = """{"command":""";

    private readonly Dictionary<TrialKey, Trial> trials = [];
    private readonly List<string> commands = [];
    private readonly FileStream? stream;
    private string? beginning;

    private TrialLog(IReadOnlyDictionary<string, string> settings, FileStream? stream, string? path)
    {
        Settings = settings;
        this.stream = stream;
        Path = path;
    }

    /// <summary>The path of the file; null for a log in memory.</summary>
    public string? Path { get; }

    /// <summary>The settings that all trials share.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; private set; }

    /// <summary>All trials in the order in which they were measured, each once.</summary>
    public IReadOnlyCollection<Trial> Trials => trials.Values;

    /// <summary>The commands that measured the trials.</summary>
    public IReadOnlyList<string> Commands => commands;

    /// <summary>Creates a log that is not kept in a file.</summary>
    public static TrialLog InMemory(IReadOnlyDictionary<string, string> settings) => new(settings, null, null);

    /// <summary>Opens a log to append to it, or creates one.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="settings">The settings that all its trials share.</param>
    /// <exception cref="HomerException">The file cannot be opened, is not a log, or contains trials with other settings.</exception>
    public static TrialLog Open(string path, IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        path = FileTrouble.FullPath(path);
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var log = new TrialLog(settings, stream, path);
            long end = log.ReadLines(stream, log.RequireSameSettings);
            stream.SetLength(end);
            stream.Position = end;
            if (end == 0)
                log.WriteLine(new Header(settings.ToDictionary()));
            return log;
        }
        catch (Exception e)
        {
            stream?.Dispose();
            if (FileTrouble.Is(e))
                throw FileTrouble.CannotWrite(path, e);
            throw;
        }
    }

    /// <summary>Reads a log, whatever its settings are.</summary>
    /// <exception cref="HomerException">The file cannot be read or is not a log.</exception>
    public static TrialLog Read(string path)
    {
        path = FileTrouble.FullPath(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var log = new TrialLog(new Dictionary<string, string>(), null, path);
            return log.ReadLines(stream, settings => log.Settings = settings) > 0 ? log : throw log.Broken(1);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotRead(path, e);
        }
    }

    /// <summary>Sets the command that measures the next trials; it is written before the first of them.</summary>
    public void Begin(string command) => beginning = command;

    /// <summary>Returns true if the log contains a trial with this key.</summary>
    public bool Contains(TrialKey key) => trials.ContainsKey(key);

    /// <summary>Adds a trial and writes it to the file.</summary>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    public void Append(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        trials.Add(trial.Key, trial);
        if (beginning is not null)
        {
            commands.Add(beginning);
            WriteLine(new Beginning(beginning));
            beginning = null;
        }

        WriteLine(trial);
    }

    /// <inheritdoc/>
    public void Dispose() => stream?.Dispose();

    /// <summary>Reads every complete line and returns the position after the last one.</summary>
    private long ReadLines(FileStream stream, Action<Dictionary<string, string>> settings)
    {
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        int end = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        string[] lines = Encoding.UTF8.GetString(bytes, 0, end).Split('\n')[..^1];
        foreach ((int i, string line) in lines.Index())
        {
            if (i == 0)
                settings(Parse<Header>(line, 1).Settings ?? throw Broken(1));
            else if (line.StartsWith(CommandLine, StringComparison.Ordinal))
                commands.Add(Parse<Beginning>(line, i + 1).Command ?? throw Broken(i + 1));
            else if (Parse<Trial>(line, i + 1) is { IsSound: true } trial)
                trials.TryAdd(trial.Key, trial);
            else
                throw Broken(i + 1);
        }

        // An incomplete settings line may be overwritten; a file that is not a log may not.
        return end > 0 || bytes.Length == 0 || bytes[0] == (byte)'{' ? end : throw Broken(1);
    }

    private T Parse<T>(string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Format) ?? throw Broken(number);
        }
        catch (JsonException)
        {
            throw Broken(number);
        }
    }

    private HomerException Broken(int line) =>
        new($"{Path}, line {line}, is not a line of measured trials; give --out a new file, or delete the line.");

    private void RequireSameSettings(Dictionary<string, string> recorded)
    {
        foreach (string name in Settings.Keys.Union(recorded.Keys).Order(StringComparer.Ordinal))
        {
            string? given = Settings.GetValueOrDefault(name);
            string? logged = recorded.GetValueOrDefault(name);
            if (given == logged)
                continue;
            string difference = $"{name} {Quoted.Text(logged ?? "none")}, not {Quoted.Text(given ?? "none")}";
            throw new HomerException($"{Path} holds trials with {difference}; give --out a new file.");
        }
    }

    private void WriteLine<T>(T value)
    {
        if (stream is null)
            return;
        try
        {
            stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(value, Format), (byte)'\n']);
            stream.Flush();
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotWrite(Path!, e);
        }
    }

    private sealed record Header(Dictionary<string, string>? Settings);

    private sealed record Beginning(string? Command);
}
