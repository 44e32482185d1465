namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>The arguments of a call.</summary>
/// <param name="Positional">The arguments without names.</param>
/// <param name="Named">The arguments with names, in order.</param>
internal sealed record Arguments(IReadOnlyList<Value> Positional, IReadOnlyList<KeyValuePair<string, Value>> Named)
{
    /// <summary>No arguments.</summary>
    public static Arguments None { get; } = new([], []);

    /// <summary>Returns the arguments of a function by its parameters, null for those that are not given.</summary>
    /// <param name="function">The function's name, for messages.</param>
    /// <param name="required">The number of parameters that must be given.</param>
    /// <param name="parameters">The names of the parameters.</param>
    /// <exception cref="JinjaException">The arguments do not fit.</exception>
    public Value?[] Bind(string function, int required, params ReadOnlySpan<string> parameters)
    {
        if (Positional.Count > parameters.Length)
        {
            throw JinjaException.Runtime(
                $"{function}() takes at most {parameters.Length} arguments ({Positional.Count} given)");
        }

        var bound = new Value?[parameters.Length];
        for (int i = 0; i < Positional.Count; i++)
            bound[i] = Positional[i];
        foreach ((string name, Value value) in Named)
        {
            int at = parameters.IndexOf(name);
            if (at < 0)
                throw JinjaException.Runtime($"{function}() got an unexpected keyword argument '{name}'");
            if (bound[at] is not null)
                throw JinjaException.Runtime($"{function}() got multiple values for argument '{name}'");
            bound[at] = value;
        }

        int missing = Array.FindIndex(bound, 0, required, value => value is null);
        return missing < 0
            ? bound
            : throw JinjaException.Runtime($"{function}() missing required argument: '{parameters[missing]}'");
    }
}
