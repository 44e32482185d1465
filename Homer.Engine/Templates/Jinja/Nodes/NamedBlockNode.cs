using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The statement <c>block</c>, which writes its body and can be called by <c>self</c>.</summary>
internal sealed class NamedBlockNode(TemplatePosition position, string name, bool isScoped, BlockNode body) : Statement(position)
{
    /// <summary>Sets <c>self</c> to the blocks of a template.</summary>
    public static void Declare(Scope root, BlockNode template)
    {
        List<NamedBlockNode> blocks = [.. template.Statements.OfType<NamedBlockNode>()];
        if (blocks.Count == 0)
            return;
        root.Set("self", new NamespaceValue(blocks.Select(block =>
            (block.Name, (Value)new FunctionValue(block.Name, _ => block.Called(root))))));
    }

    private string Name { get; } = name;

    /// <inheritdoc/>
    protected override Flow Run(Scope scope, TextBuilder output)
    {
        body.Render(new Scope(isScoped ? scope : scope.Root), output);
        return Flow.Next;
    }

    private TextValue Called(Scope root)
    {
        RenderingBudget.Current.EnterCall();
        TextValue text = body.Capture(new Scope(root));
        RenderingBudget.Current.LeaveCall();
        return text;
    }
}
