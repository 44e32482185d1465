using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Homer.Engine.Files;
using Homer.Engine.Locations;
using Homer.Engine.Tokenizers;

namespace Homer.Engine.Templates;

/// <summary>Reads the chat templates and the names of special tokens of a folder in Hugging Face layout.</summary>
internal static class FolderTemplates
{
    private const string Member = "chat_template";
    private const int MostBytes = 16 << 20;

    /// <summary>Reads a folder; there may be no templates in it.</summary>
    /// <exception cref="HomerException">A file is broken.</exception>
    public static ChatTemplates Read(string folder)
    {
        var templates = new Dictionary<string, string>();
        var tokens = new Dictionary<string, string>();
        ReadFile(folder, TokenizerConfig.MapName, json => ReadTokens(json, tokens));
        string processor = Path.Combine(folder, TemplateFiles.OfProcessor);
        ReadFile(folder, TemplateFiles.OfProcessor, json => ReadTemplates(processor, json, templates));
        ReadFile(folder, TokenizerConfig.FileName, json =>
        {
            ReadTokens(json, tokens);
            ReadTemplates(Path.Combine(folder, TokenizerConfig.FileName), json, templates);
        });
        ReadFiles(folder, templates);
        return new(Quoted.Path(folder), templates, tokens);
    }

    /// <summary>Reads the file of a template.</summary>
    /// <exception cref="HomerException">It cannot be read, or is no text.</exception>
    public static string ReadTemplate(string path)
    {
        byte[] bytes = FileContent.Read(path, MostBytes);
        return Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw new HomerException($"{Quoted.Path(path)} is no chat template: it is not UTF-8; download it again.");
    }

    // Files of templates win over what the configuration has.
    private static void ReadFiles(string folder, Dictionary<string, string> templates)
    {
        string main = Path.Combine(folder, TemplateFiles.Main);
        if (File.Exists(main))
        {
            templates.Clear();
            templates[ChatTemplates.Default] = ReadTemplate(main);
        }

        foreach ((string name, string file) in TemplateFiles.Named(folder))
            templates[name] = ReadTemplate(Path.Combine(folder, file));
    }

    private static void ReadFile(string folder, string name, Action<JsonElement> read)
    {
        string path = Path.Combine(folder, name);
        if (!File.Exists(path))
            return;
        JsonFile.Read(path, json =>
        {
            if (json.ValueKind == JsonValueKind.Object)
                read(json);
            return true;
        });
    }

    // A text, or a list of texts with names.
    private static void ReadTemplates(string path, JsonElement json, Dictionary<string, string> templates)
    {
        if (!json.TryGetProperty(Member, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return;
        if (value.ValueKind == JsonValueKind.String)
        {
            templates[ChatTemplates.Default] = value.GetString()!;
            return;
        }

        IEnumerable<(JsonElement Name, JsonElement Source)> named = value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray().Select(item => (Part(item, "name"), Part(item, "template"))),
            _ => [default],
        };
        foreach ((JsonElement name, JsonElement source) in named)
        {
            if (name.ValueKind != JsonValueKind.String || source.ValueKind != JsonValueKind.String)
            {
                throw new HomerException(
                    $"{Quoted.Path(path)} cannot be used: its {Member} is neither a text nor a "
                    + "list of objects with name and template; download it again.");
            }

            templates[name.GetString()!] = source.GetString()!;
        }
    }

    private static JsonElement Part(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement part) ? part : default;

    // A token is a text, or an object whose member content is one.
    private static void ReadTokens(JsonElement json, Dictionary<string, string> tokens)
    {
        foreach (JsonProperty member in json.EnumerateObject())
        {
            if (!member.Name.EndsWith("_token", StringComparison.Ordinal))
                continue;
            JsonElement text = member.Value.ValueKind == JsonValueKind.Object ? Part(member.Value, "content") : member.Value;
            if (text.ValueKind == JsonValueKind.String)
                tokens[member.Name] = text.GetString()!;
        }
    }
}
