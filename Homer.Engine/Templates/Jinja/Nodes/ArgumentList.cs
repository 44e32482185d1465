using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The arguments of a call as they are written.</summary>
/// <param name="Positional">The arguments without names.</param>
/// <param name="Named">The arguments with names.</param>
/// <param name="MorePositional">The sequence after <c>*</c>; null where there is none.</param>
/// <param name="MoreNamed">The dictionary after <c>**</c>; null where there is none.</param>
internal sealed record ArgumentList(
    IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named,
    Expression? MorePositional, Expression? MoreNamed)
{
    /// <summary>No arguments.</summary>
    public static ArgumentList None { get; } = new([], [], null, null);

    /// <summary>Returns the arguments.</summary>
    public Arguments Evaluate(Scope scope)
    {
        if (this == None)
            return Arguments.None;
        List<Value> positional = [.. Positional.Select(argument => argument.Evaluate(scope))];
        List<KeyValuePair<string, Value>> named =
            [.. Named.Select(argument => KeyValuePair.Create(argument.Name, argument.Value.Evaluate(scope)))];
        if (MorePositional is not null)
            positional.AddRange(MorePositional.Evaluate(scope).Items().Counted());
        if (MoreNamed is not null)
        {
            if (MoreNamed.Evaluate(scope) is not DictValue members)
                throw JinjaException.Runtime("argument after ** must be a mapping");
            named.AddRange(members.Members.Select(member => KeyValuePair.Create(Texts.Of(member.Key), member.Value)));
        }

        return new(positional, named);
    }
}
