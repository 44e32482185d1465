using Homer.Engine.Templates.Jinja.Globals;
using Homer.Engine.Templates.Jinja.Nodes;
using Homer.Engine.Templates.Jinja.Syntax;
using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja;

/// <summary>
/// A template in the language Jinja, in the environment that the library transformers gives chat templates: sandboxed, with
/// <c>trim_blocks</c>, <c>lstrip_blocks</c>, loop controls, <c>raise_exception</c>, <c>strftime_now</c> and a <c>tojson</c> of its own.
/// </summary>
internal sealed class JinjaTemplate
{
    private const int MostCharacters = 4_000_000;
    private readonly BlockNode body;

    private JinjaTemplate(BlockNode body) => this.body = body;

    /// <summary>Parses a template.</summary>
    /// <exception cref="JinjaException">It is not Jinja, or nests too deep.</exception>
    public static JinjaTemplate Parse(string template)
    {
        if (template.Length > MostCharacters)
            throw new JinjaException(JinjaFault.Limit, "the template has more than four million characters");
        return new(new RenderingBudget(template.Length).Run(() => TemplateParser.Parse(template)));
    }

    /// <summary>Renders the template.</summary>
    /// <param name="variables">The names that it may use, within the budget's rendering.</param>
    /// <param name="now">The time that <c>strftime_now</c> tells.</param>
    /// <param name="inputCharacters">The size of the variables, by which the bounds grow.</param>
    /// <exception cref="JinjaException">It refuses the variables, fails, or exceeds the bounds.</exception>
    public TextValue Render(IReadOnlyDictionary<string, Value> variables, DateTime now, long inputCharacters) =>
        new RenderingBudget(inputCharacters).Run(() =>
        {
            var output = new TextBuilder();
            var scope = new Scope(new RenderingGlobals(variables, now));
            NamedBlockNode.Declare(scope, body);
            body.Render(scope, output);
            return output.ToValue();
        });
}
