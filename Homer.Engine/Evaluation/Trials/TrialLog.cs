using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Homer.Engine.Files;

namespace Homer.Engine.Evaluation.Trials;

/// <summary>
/// Trials as they are measured, kept in a file so that an interrupted run goes on where it was: JSON lines, first the settings, then each
/// trial, and before the trials of a command the command, written through at once. A last line that was cut off is dropped when the file is
/// opened again.
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

    /// <summary>The file; null for a log that has none.</summary>
    public string? Path { get; }

    /// <summary>What all trials have in common.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; private set; }

    /// <summary>Every trial, each once, in the order in which they were measured.</summary>
    public IReadOnlyCollection<Trial> Trials => trials.Values;

    /// <summary>The commands that trials are from.</summary>
    public IReadOnlyList<string> Commands => commands;

    /// <summary>A log that is forgotten in the end.</summary>
    public static TrialLog InMemory(IReadOnlyDictionary<string, string> settings) => new(settings, null, null);

    /// <summary>Opens a file to go on with it, or begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">What all its trials have in common.</param>
    /// <exception cref="HomerException">The file cannot be opened, is not a log, or holds trials with other settings.</exception>
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

    /// <summary>Reads a file with whatever settings it has.</summary>
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

    /// <summary>Says which command the trials that follow are from; it is kept with the first of them.</summary>
    public void Begin(string command) => beginning = command;

    /// <summary>Whether a trial has been measured.</summary>
    public bool Contains(TrialKey key) => trials.ContainsKey(key);

    /// <summary>Keeps a trial.</summary>
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

    /// <summary>Reads every whole line and returns where the last one ends.</summary>
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

        // A settings line that was cut off is no loss, a file that is no log would be.
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

    private HomerException Broken(int line) => new($"{Path}, line {line}, is not a line of measured trials; give --out a new file, or delete the line.");

    private void RequireSameSettings(Dictionary<string, string> recorded)
    {
        foreach (string name in Settings.Keys.Union(recorded.Keys).Order(StringComparer.Ordinal))
        {
            if (Settings.GetValueOrDefault(name) is var now && recorded.GetValueOrDefault(name) is var then && now != then)
                throw new HomerException($"{Path} holds trials with {name} {Quoted.Text(then ?? "none")}, not {Quoted.Text(now ?? "none")}; give --out a new file.");
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
