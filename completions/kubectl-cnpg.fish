# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_kubectl_cnpg_global_optspecs
    string join \n color= h/help
end

function __fish_kubectl_cnpg_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_kubectl_cnpg_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_kubectl_cnpg_using_subcommand
    set -l cmd (__fish_kubectl_cnpg_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -s h -l help -d 'Print help'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "completion" -d 'Print the completion script of a shell'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "version" -d 'Print version, commit and build date'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -s h -l help -d 'Print help'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -s h -l help -d 'Print help'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from completion version help" -f -a "completion" -d 'Print the completion script of a shell'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from completion version help" -f -a "version" -d 'Print version, commit and build date'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from completion version help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
