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
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private const string CommandLine = """{"command":""";

    private readonly Dictionary<TrialKey, Trial> trials = [];
    private readonly List<string> commands = [];
    private readonly Stream? stream;
    private string? beginning;

    private TrialLog(IReadOnlyDictionary<string, string> settings, Stream? stream, string? path)
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
    public static TrialLog InMemory(IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(settings, null, null);
    }

    /// <summary>Opens a log to append to it, or creates one.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="settings">The settings that all its trials share.</param>
    /// <exception cref="HomerException">The file cannot be opened, is not a log, or contains trials with other settings.</exception>
    public static TrialLog Open(string path, IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        path = FileTrouble.FullPath(path);
        OutputTarget target = OutputTarget.Of(path);
        if (!target.IsFile)
        {
            // A device or a pipe cannot be continued.
            var direct = new TrialLog(settings, target.OpenDirectly(), path);
            direct.WriteLine(new Header(settings.ToDictionary()));
            return direct;
        }

        FileStream? stream = null;
        try
        {
            // Without a buffer nothing is left to be written when a full disk ends the run.
            stream = new FileStream(target.Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
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

    /// <summary>Refuses a file that cannot be continued, whatever the settings are; a file that is missing or empty can be.</summary>
    /// <exception cref="HomerException">The file cannot be read or is not a log.</exception>
    internal static void RequireLog(string path)
    {
        if (OutputTarget.Of(path) is { IsFile: true, Exists: true } target && new FileInfo(target.Path).Length > 0)
            ReadFrom(FileTrouble.FullPath(path), allowsUnbegun: true);
    }

    /// <summary>Reads a log, whatever its settings are.</summary>
    /// <exception cref="HomerException">The file cannot be read or is not a log.</exception>
    public static TrialLog Read(string path) => ReadFrom(FileTrouble.FullPath(path), allowsUnbegun: false);

    /// <summary>Sets the command that measures the next trials; it is written before the first of them.</summary>
    public void Begin(string command)
    {
        ArgumentNullException.ThrowIfNull(command);
        beginning = command;
    }

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

    private static TrialLog ReadFrom(string path, bool allowsUnbegun)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var log = new TrialLog(new Dictionary<string, string>(), null, path);
            bool begun = log.ReadLines(stream, settings => log.Settings = settings) > 0;
            return begun || allowsUnbegun ? log : throw log.Broken(1);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotRead(path, e);
        }
    }

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

        return end > 0 || IsUnfinishedHeader(bytes) ? end : throw Broken(1);
    }

    /// <summary>
    /// Returns whether a text is a settings line that was cut off, which may be overwritten: the beginning of one, and not a whole object,
    /// which may be anybody's, unless it is the one that would be written now.
    /// </summary>
    private bool IsUnfinishedHeader(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> beginning = """{"settings":{"""u8;
        if (text.Length <= beginning.Length)
            return beginning.StartsWith(text);
        if (!text.StartsWith(beginning))
            return false;
        try
        {
            JsonDocument.Parse(text.ToArray()).Dispose();
            return Settings.Count == 0 || LineOf(new Header(Settings.ToDictionary())).AsSpan().StartsWith(text);
        }
        catch (JsonException)
        {
            return true;
        }
    }

    private T Parse<T>(string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Format) ?? throw Broken(number);
        }
        catch (Exception e) when (e is JsonException or ArgumentNullException)
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

    private static byte[] LineOf<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, Format), (byte)'\n'];

    private void WriteLine<T>(T value)
    {
        if (stream is null)
            return;
        try
        {
            stream.Write(LineOf(value));
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
