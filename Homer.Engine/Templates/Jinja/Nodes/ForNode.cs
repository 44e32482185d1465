using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The statement <c>for</c>. Names that are set in its body are gone with the next item.</summary>
internal sealed class ForNode(TemplatePosition position, Target target, Expression items, LoopParts parts) : Statement(position)
{
    /// <summary>Loops over items, which is how a recursive loop is called.</summary>
    public void Loop(Scope scope, Value over, int depth, TextBuilder output)
    {
        List<Value> taken = Taken(scope, over);
        if (taken.Count == 0)
        {
            parts.Otherwise?.Render(new Scope(scope), output);
            return;
        }

        var loop = new LoopValue(taken, depth)
        {
            Recurse = parts.IsRecursive ? next => Recurse(scope, next, depth + 1) : null,
        };
        for (int i = 0; i < taken.Count; i++)
        {
            loop.Index = i;
            var inner = new Scope(scope);
            inner.Set("loop", loop);
            target.Assign(inner, taken[i]);
            if (parts.Body.Render(inner, output) == Flow.Break)
                break;
        }
    }

    /// <inheritdoc/>
    protected override Flow Run(Scope scope, TextBuilder output)
    {
        Loop(scope, items.Evaluate(scope), 1, output);
        return Flow.Next;
    }

    private List<Value> Taken(Scope scope, Value over)
    {
        List<Value> all = over.Items().Counted();
        if (parts.Condition is null)
            return all;
        var taken = new List<Value>();
        foreach (Value item in all)
        {
            var inner = new Scope(scope);
            target.Assign(inner, item);
            if (parts.Condition.Evaluate(inner).IsTrue)
                taken.Add(item);
        }

        return taken;
    }

    private TextValue Recurse(Scope scope, Value over, int depth)
    {
        RenderingBudget.Current.EnterCall();
        var output = new TextBuilder();
        Loop(scope, over, depth, output);
        RenderingBudget.Current.LeaveCall();
        return output.ToValue();
    }
}
