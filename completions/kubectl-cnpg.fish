# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_kubectl_cnpg_global_optspecs
    string join \n color= n/namespace= context= kubeconfig= as= request-timeout= cluster= user= s/server= tls-server-name= insecure-skip-tls-verify certificate-authority= client-certificate= client-key= token= as-uid= as-group= as-user-extra= disable-compression cache-dir= log-level= log-destination= log-truncate-destination log-field-level= log-field-timestamp= zap-devel zap-encoder= zap-log-level= zap-stacktrace-level= zap-time-encoding= h/help
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
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "backup" -d 'Take a backup of a cluster'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "certificate" -d 'Make a client certificate for a PostgreSQL user'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "completion" -d 'Print the completion script of a shell'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "destroy" -d 'Remove an instance with its volumes'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "doctor" -d 'Check the environment, and a cluster, and name the remedies'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "fencing" -d 'Stop PostgreSQL in instances without removing their pods, or start it again'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "fio" -d 'Measure a storage class with fio, in a deployment with a volume of its own'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "hibernate" -d 'Stop a cluster and keep its volumes, or wake it up'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "install" -d 'Print what installs the operator'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "logs" -d 'Show the logs of a cluster, or make them readable'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "maintenance" -d 'Tell clusters that their nodes are under maintenance'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "pgadmin4" -d 'Start pgAdmin for a cluster, to look around'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "pgbench" -d 'Run pgbench against a cluster, in a job beside it'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "port-forward" -d 'Forward a local port to the primary, a replica or a pooler'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "promote" -d 'Promote an instance to primary, or a replica cluster to primary cluster'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "psql" -d 'Start psql in the pod of the primary, or of a replica'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "publication" -d 'Create or drop a publication of logical replication'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "reload" -d 'Reload the configuration of a cluster'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "report" -d 'Collect what is needed to look into a problem, in one file'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "restart" -d 'Restart a cluster, or one of its instances'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "secret-uri" -d 'Print what an application connects with'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "snapshot" -d 'Removed: use `backup -m volumeSnapshot`'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "status" -d 'Show how a cluster is, or how all of them are'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "subscription" -d 'Create or drop a subscription of logical replication, or copy its sequences'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "version" -d 'Print version, commit and build date'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l backup-name -d 'Name of the backup; the cluster\'s and the time when left out' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -s t -l backup-target -d 'Instance to take it from: primary or prefer-standby; the cluster\'s choice when left out' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -s m -l method -d 'How to take it: barmanObjectStore, volumeSnapshot or plugin' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l online -d 'Whether the instance keeps running meanwhile (true or false; snapshots only)' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l immediate-checkpoint -d 'Whether to begin with a fast checkpoint (true or false; snapshots only)' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l wait-for-archive -d 'Whether to wait for the WAL it needs (true or false; snapshots only)' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l plugin-name -d 'Plugin that takes it, with the method plugin' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l plugin-parameters -d 'Settings for the plugin: KEY=VALUE,KEY=VALUE' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l timeout -d 'How long to wait' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l wait -d 'Wait until it is done, and fail when it fails'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l dry-run -d 'Print the backup instead of asking for it'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand backup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l cnpg-user -d 'PostgreSQL user' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l cnpg-cluster -d 'Cluster whose authority signs' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -s o -l output -d 'Print the Secret with its private key: json or yaml' -r -f -a "json\t''
yaml\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l dry-run -d 'Make nothing in the cluster'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand certificate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand completion" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -s k -l keep-pvc -d 'Keep the volumes, detached from the cluster'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -s y -l yes -d 'Do not ask'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l dry-run -d 'Say what would be removed, and remove nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand destroy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -s o -l output -d 'How to print it: text, json or yaml' -r -f -a "text\t''
json\t''
yaml\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l exit-code -d 'Tell the outcome by the exit code: 0 fine, 2 warnings, 3 problems'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -f -a "on" -d 'Stop PostgreSQL in an instance and keep it stopped'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -f -a "off" -d 'Let PostgreSQL start again in an instance'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and not __fish_seen_subcommand_from on off help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -s y -l yes -d 'Do not ask'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l dry-run -d 'Say what would be written, and write nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from on" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -s y -l yes -d 'Do not ask'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l dry-run -d 'Say what would be written, and write nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from off" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from help" -f -a "on" -d 'Stop PostgreSQL in an instance and keep it stopped'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from help" -f -a "off" -d 'Let PostgreSQL start again in an instance'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fencing; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l storageClass -d 'Storage class of the volume; the default one when left out' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l pvcSize -d 'Size of the volume' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -s y -l yes -d 'Do not ask'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l dry-run -d 'Print the objects instead of creating them'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand fio" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -f -a "on" -d 'Stop all instances, and keep their volumes'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -f -a "off" -d 'Wake the cluster up'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -f -a "status" -d 'Show whether the cluster sleeps'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and not __fish_seen_subcommand_from on off status help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -s y -l yes -d 'Do not ask'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l dry-run -d 'Say what would be written, and write nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from on" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -s y -l yes -d 'Do not ask'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l dry-run -d 'Say what would be written, and write nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from off" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from help" -f -a "on" -d 'Stop all instances, and keep their volumes'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from help" -f -a "off" -d 'Wake the cluster up'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show whether the cluster sleeps'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand hibernate; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -f -a "generate" -d 'Print the manifest that installs the operator'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and not __fish_seen_subcommand_from generate help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l version -d 'Version of the operator: this plugin\'s, in full or without its last number' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l replicas -d 'Number of operator pods; the manifest\'s when 0' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l watch-namespace -d 'Namespaces that the operator watches, separated by commas; all when left out' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l image -d 'Image of PostgreSQL for clusters that name none' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l log-field-level -d 'Key of the level in the operator\'s log' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l log-field-timestamp -d 'Key of the time in the operator\'s log' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l control-plane -d 'Run the operator on nodes of the control plane'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from generate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from help" -f -a "generate" -d 'Print the manifest that installs the operator'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand install; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -f -a "cluster" -d 'Show the logs of all containers of a cluster'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -f -a "pretty" -d 'Make the JSON log on the standard input readable'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and not __fish_seen_subcommand_from cluster pretty help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -s o -l output -d 'File to write the logs to; ignored while following' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l tail -d 'Show only so many of the last lines of each container; all when negative' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -s t -l timestamps -d 'Put the time at which the node got it before every line'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -s f -l follow -d 'Go on with what is written from now on, also by new containers'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from cluster" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l sorting-group-size -d 'How many lines are put in order at a time' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l loggers -d 'Show only these loggers; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l pods -d 'Show only these pods; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l min-level -d 'Show nothing below a level: error, warning, info, debug or trace' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -s v -l verbosity -d 'Show whole messages; twice for all fields too'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from pretty" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from help" -f -a "cluster" -d 'Show the logs of all containers of a cluster'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from help" -f -a "pretty" -d 'Make the JSON log on the standard input readable'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand logs; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -f -a "set" -d 'Begin the maintenance'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -f -a "unset" -d 'End the maintenance'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and not __fish_seen_subcommand_from set unset help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -s A -l all-namespaces -d 'Change the clusters of all namespaces'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l reusePVC -d 'Wait for the node to come back instead of making new volumes'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -s y -l yes -d 'Do not ask'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l dry-run -d 'Show the new values, and write nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -s A -l all-namespaces -d 'Change the clusters of all namespaces'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l reusePVC -d 'Wait for the node to come back instead of making new volumes'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -s y -l yes -d 'Do not ask'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l dry-run -d 'Show the new values, and write nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from help" -f -a "set" -d 'Begin the maintenance'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from help" -f -a "unset" -d 'End the maintenance'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand maintenance; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l mode -d 'Whether it asks for a login: server does, desktop knows the application\'s password' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l image -d 'Image to run' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l dry-run -d 'Print the objects instead of creating them'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgadmin4" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l job-name -d 'Name of the job; the cluster\'s and a number when left out' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l pgbench-job-name -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l db-name -d 'Database to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l ttl -d 'Remove the job so many seconds after its end; 0 keeps it' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l node-selector -d 'Run on nodes with a label, LABEL=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l dry-run -d 'Print the job instead of creating it'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand pgbench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l pooler -d 'Connect to a pooler of the cluster' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -s p -l port -d 'Local port; 0 takes a free one' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l address -d 'Local address' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l replica -d 'Connect to a replica'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand port-forward" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l timeout -d 'How long to wait' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l promotion-token -d 'Token of the demoted cluster, so that the promotion loses nothing' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l wait -d 'Wait until the new primary has taken over'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -s y -l yes -d 'Do not ask'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l dry-run -d 'Say what would be written, and write nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand promote" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -s t -l tty -d 'Give psql a terminal; only where there is one when left out' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -s i -l stdin -d 'Pass the standard input to psql' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l replica -d 'Connect to a replica'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand psql" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -f -a "create" -d 'Create a publication'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -f -a "drop" -d 'Drop a publication'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and not __fish_seen_subcommand_from create drop help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l publication -d 'Name of the publication' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l dbname -d 'Database of the publication; the application\'s when left out' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l external-cluster -d 'Server of spec.externalClusters that has the publication, instead of the cluster itself' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l schema -d 'Publish all tables of a schema; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l table -d 'Publish a table, maybe with columns and a condition; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l parameters -d 'Parameters of the publication, as SQL' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l dry-run -d 'Print the SQL, and run nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l all-tables -d 'Publish all tables of the database'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l publication -d 'Name of the publication' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l dbname -d 'Database of the publication; the application\'s when left out' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l external-cluster -d 'Server of spec.externalClusters that has the publication, instead of the cluster itself' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l dry-run -d 'Print the SQL, and run nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -s y -l yes -d 'Do not ask'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from help" -f -a "create" -d 'Create a publication'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from help" -f -a "drop" -d 'Drop a publication'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand publication; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l dry-run -d 'Say what would be written, and write nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand reload" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -f -a "cluster" -d 'Collect the objects of a cluster, and its logs'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -f -a "operator" -d 'Collect the objects of the operator, and its logs'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and not __fish_seen_subcommand_from cluster operator help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -s f -l file -d 'File to write; a name with the time when left out' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -s o -l output -d 'How the objects are written' -r -f -a "json\t''
yaml\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -s l -l logs -d 'Collect the logs too'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -s t -l timestamps -d 'Put the time at which the node got it before every line of a log'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from cluster" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -s f -l file -d 'File to write; a name with the time when left out' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -s o -l output -d 'How the objects are written' -r -f -a "json\t''
yaml\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -s l -l logs -d 'Collect the logs too'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -s t -l timestamps -d 'Put the time at which the node got it before every line of a log'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -s S -l stopRedaction -d 'Leave the values of secrets and of the configuration in'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from operator" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "cluster" -d 'Collect the objects of a cluster, and its logs'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "operator" -d 'Collect the objects of the operator, and its logs'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -s y -l yes -d 'Do not ask'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l dry-run -d 'Say what would be done, and do nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand restart" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l as-role -d 'User to connect as: app, superuser, or the name of a Secret' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l endpoint -d 'Where to connect: rw, ro, r, or the name of a pooler' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l dbname -d 'Database; the user\'s own when left out' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -s o -l output -d 'What to print' -r -f -a "uri\t''
jdbc\t''
pgpass\t''
env\t''
json\t''
yaml\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l fqdn -d 'Name the host with the domain of the Kubernetes cluster'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand secret-uri" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand snapshot" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -s o -l output -d 'How to print it: text, json or yaml' -r -f -a "text\t''
json\t''
yaml\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -s t -l timeout -d 'Longest time for a command in a pod (10s), or for --wait-for (10m)' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l interval -d 'Pause between two views of --watch' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l wait-for -d 'Wait until the cluster is so, then show it' -r -f -a "healthy\t''
hibernated\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -s A -l all-namespaces -d 'List the clusters of all namespaces'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -s v -l verbose -d 'Show more; twice shows the configuration and certificates too'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -s w -l watch -d 'Show it again and again'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l exit-code -d 'Tell the health by the exit code'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -f -a "create" -d 'Create a subscription to a publication of another server'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -f -a "drop" -d 'Drop a subscription'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -f -a "sync-sequences" -d 'Set the sequences to the values they have at the publisher'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and not __fish_seen_subcommand_from create drop sync-sequences help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l subscription -d 'Name of the subscription' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l dbname -d 'Database of the subscription; the application\'s when left out' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l publication -d 'Name of the publication' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l external-cluster -d 'Server of spec.externalClusters that publishes' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l publication-dbname -d 'Database of the publication; the server\'s own when left out' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l parameters -d 'Parameters of the subscription, as SQL' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l dry-run -d 'Print the SQL, and run nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l subscription -d 'Name of the subscription' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l dbname -d 'Database of the subscription; the application\'s when left out' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l dry-run -d 'Print the SQL, and run nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -s y -l yes -d 'Do not ask'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l subscription -d 'Name of the subscription' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l dbname -d 'Database of the subscription; the application\'s when left out' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l offset -d 'What is added to every value' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l dry-run -d 'Print the SQL, and run nothing'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from sync-sequences" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from help" -f -a "create" -d 'Create a subscription to a publication of another server'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from help" -f -a "drop" -d 'Drop a subscription'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from help" -f -a "sync-sequences" -d 'Set the sequences to the values they have at the publisher'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand subscription; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l color -d 'When to colour the output' -r -f -a "always\t''
auto\t''
never\t''"
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -s n -l namespace -d 'Namespace of the request' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l context -d 'Context of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l kubeconfig -d 'Path to the kubeconfig file' -r -F
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l as -d 'User to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l request-timeout -d 'Longest time for one request, such as 5s or 1m; 0 for no limit' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l cluster -d 'Cluster of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l user -d 'User of the kubeconfig to use' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -s s -l server -d 'Address of the API server' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l tls-server-name -d 'Name that the API server\'s certificate must have' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l certificate-authority -d 'File with the authority of the API server\'s certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l client-certificate -d 'File with the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l client-key -d 'File with the key of the client certificate' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l token -d 'Bearer token' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l as-uid -d 'UID to act as' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l as-group -d 'Group to act as; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l as-user-extra -d 'Extra fields of the user to act as, KEY=VALUE; repeatable' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l cache-dir -d 'Not used: nothing is discovered' -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l log-destination -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l log-field-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l log-field-timestamp -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l zap-encoder -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l zap-log-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l zap-stacktrace-level -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l zap-time-encoding -r
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l insecure-skip-tls-verify -d 'Do not check the API server\'s certificate'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l disable-compression -d 'Ask for answers without compression'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l log-truncate-destination
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -l zap-devel
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "backup" -d 'Take a backup of a cluster'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "certificate" -d 'Make a client certificate for a PostgreSQL user'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "completion" -d 'Print the completion script of a shell'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "destroy" -d 'Remove an instance with its volumes'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "doctor" -d 'Check the environment, and a cluster, and name the remedies'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "fencing" -d 'Stop PostgreSQL in instances without removing their pods, or start it again'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "fio" -d 'Measure a storage class with fio, in a deployment with a volume of its own'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "hibernate" -d 'Stop a cluster and keep its volumes, or wake it up'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "install" -d 'Print what installs the operator'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "logs" -d 'Show the logs of a cluster, or make them readable'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "maintenance" -d 'Tell clusters that their nodes are under maintenance'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "pgadmin4" -d 'Start pgAdmin for a cluster, to look around'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "pgbench" -d 'Run pgbench against a cluster, in a job beside it'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "port-forward" -d 'Forward a local port to the primary, a replica or a pooler'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "promote" -d 'Promote an instance to primary, or a replica cluster to primary cluster'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "psql" -d 'Start psql in the pod of the primary, or of a replica'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "publication" -d 'Create or drop a publication of logical replication'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "reload" -d 'Reload the configuration of a cluster'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "report" -d 'Collect what is needed to look into a problem, in one file'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "restart" -d 'Restart a cluster, or one of its instances'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "secret-uri" -d 'Print what an application connects with'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "snapshot" -d 'Removed: use `backup -m volumeSnapshot`'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "status" -d 'Show how a cluster is, or how all of them are'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "subscription" -d 'Create or drop a subscription of logical replication, or copy its sequences'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "version" -d 'Print version, commit and build date'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and not __fish_seen_subcommand_from backup certificate completion destroy doctor fencing fio hibernate install logs maintenance pgadmin4 pgbench port-forward promote psql publication reload report restart secret-uri snapshot status subscription version help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from fencing" -f -a "on" -d 'Stop PostgreSQL in an instance and keep it stopped'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from fencing" -f -a "off" -d 'Let PostgreSQL start again in an instance'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from hibernate" -f -a "on" -d 'Stop all instances, and keep their volumes'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from hibernate" -f -a "off" -d 'Wake the cluster up'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from hibernate" -f -a "status" -d 'Show whether the cluster sleeps'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from install" -f -a "generate" -d 'Print the manifest that installs the operator'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from logs" -f -a "cluster" -d 'Show the logs of all containers of a cluster'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from logs" -f -a "pretty" -d 'Make the JSON log on the standard input readable'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from maintenance" -f -a "set" -d 'Begin the maintenance'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from maintenance" -f -a "unset" -d 'End the maintenance'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from publication" -f -a "create" -d 'Create a publication'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from publication" -f -a "drop" -d 'Drop a publication'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "cluster" -d 'Collect the objects of a cluster, and its logs'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "operator" -d 'Collect the objects of the operator, and its logs'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from subscription" -f -a "create" -d 'Create a subscription to a publication of another server'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from subscription" -f -a "drop" -d 'Drop a subscription'
complete -c kubectl-cnpg -n "__fish_kubectl_cnpg_using_subcommand help; and __fish_seen_subcommand_from subscription" -f -a "sync-sequences" -d 'Set the sequences to the values they have at the publisher'
