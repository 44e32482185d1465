using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Homer.Cli.Output;
using Homer.Engine.Files;

namespace Homer.Cli.Survivors;

/// <summary>
/// <c>--survivors</c>: one self-contained HTML file that shows which tokens of a document survived, at which height the others were
/// dropped, and the tree of chunks beside the text. The data are JSON that cannot end its script element, and the page runs no script
/// but its own.
/// </summary>
internal static class SurvivorPage
{
    private static readonly string[] Scripts = ["data.js", "text.js", "tree.js", "page.js"];

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Creates the option; every command needs an instance of its own.</summary>
    public static Option<string?> Option() => new("--survivors")
    {
        Description = "HTML page to write, which shows the tokens that survived and the tree of chunks [default: none]",
        HelpName = "FILE",
    };

    /// <summary>Writes the page, replacing the file only when it is complete.</summary>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    public static void Write(string path, SurvivorPageData data) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(Create(data))));

    /// <summary>Returns the HTML of the page.</summary>
    public static string Create(SurvivorPageData data)
    {
        string script = string.Concat(Scripts.Select(name => PageTemplate.Resource($"Survivors.{name}")));
        return PageTemplate.Fill("Survivors.page.html", name => name switch
        {
            "title" => WebUtility.HtmlEncode($"{data.Document}: what survived"),
            "style" => PageTemplate.Resource("Survivors.page.css"),
            "script" => script,
            "script-hash" => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script))),
            "data" => JsonSerializer.Serialize(data, Format),
            string other => throw new InvalidOperationException($"The template asks for {other}."),
        });
    }
}
