using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>A macro, which sees the names of the place where it is written.</summary>
internal sealed class MacroValue(MacroDefinition macro, Scope scope) : Value
{
    /// <inheritdoc/>
    public override string TypeName => "Macro";

    /// <inheritdoc/>
    public override bool IsCallable => true;

    /// <inheritdoc/>
    public override Value? Attribute(string name) => name switch
    {
        "name" => new TextValue(macro.Name),
        "arguments" => new TupleValue([.. macro.Parameters.Select(parameter => new TextValue(parameter.Name))]),
        "caller" => BooleanValue.Of(macro.UsesCaller),
        "catch_kwargs" => BooleanValue.Of(macro.UsesNamed),
        "catch_varargs" => BooleanValue.Of(macro.UsesPositional),
        _ => null,
    };

    /// <inheritdoc/>
    public override Value Call(Arguments arguments)
    {
        RenderingBudget.Current.EnterCall();
        var inner = new Scope(scope);
        var named = new Dictionary<string, Value>(arguments.Named);
        bool hasCallerParameter = false;
        for (int i = 0; i < macro.Parameters.Count; i++)
        {
            (string name, Expression? otherwise) = macro.Parameters[i];
            hasCallerParameter |= name == "caller";
            Value? given = i < arguments.Positional.Count ? arguments.Positional[i] : named.Remove(name, out Value? value) ? value : null;
            inner.Set(name, given ?? otherwise?.Evaluate(inner) ?? new UndefinedValue($"parameter '{name}' was not provided"));
        }

        if (macro.UsesCaller && !hasCallerParameter)
            inner.Set("caller", named.Remove("caller", out Value? caller) ? caller : new UndefinedValue("No caller defined"));
        TakeOthers(inner, named, arguments.Positional.Skip(macro.Parameters.Count));
        TextValue text = macro.Body.Capture(inner);
        RenderingBudget.Current.LeaveCall();
        return text;
    }

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to) => to.Append($"<Macro '{macro.Name}'>");

    private void TakeOthers(Scope inner, Dictionary<string, Value> named, IEnumerable<Value> positional)
    {
        if (macro.UsesNamed)
        {
            inner.Set("kwargs", new DictValue(
                named.Select(one => KeyValuePair.Create<Value, Value>(new TextValue(one.Key), one.Value))));
        }
        else if (named.Count > 0)
        {
            throw JinjaException.Runtime($"macro '{macro.Name}' takes no keyword argument '{named.Keys.First()}'");
        }

        Value[] others = [.. positional];
        if (macro.UsesPositional)
            inner.Set("varargs", new TupleValue(others));
        else if (others.Length > 0)
            throw JinjaException.Runtime($"macro '{macro.Name}' takes not more than {macro.Parameters.Count} argument(s)");
    }
}
